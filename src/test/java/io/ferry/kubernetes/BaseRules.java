package io.ferry.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.ferry.config.Settings;
import io.ferry.config.SettingsReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What no schema knows: that the manifests fit each other and the server they run. Every rule is
 * checked, and what is wrong is listed.
 */
final class BaseRules {

  private static final String MANAGEMENT = "management";
  private static final Map<String, Integer> PORTS =
      Map.of("http", 8080, "grpc", 8081, MANAGEMENT, 9000);
  private static final Map<String, String> PROBES =
      Map.of(
          "startupProbe", "/q/health/started",
          "readinessProbe", "/q/health/ready",
          "livenessProbe", "/q/health/live");

  /** As long as the device thread may take to close its model, after the drain. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private static final Duration LEAST_TO_START = Duration.ofMinutes(3);

  private final List<String> complaints = new ArrayList<>();
  private final Map<String, JsonNode> objects;
  private final JsonNode deployment;
  private final JsonNode pod;
  private final JsonNode container;

  private BaseRules(Map<String, JsonNode> objects) {
    this.objects = objects;
    this.deployment = only("Deployment");
    this.pod = deployment.at("/spec/template/spec");
    this.container = pod.at("/containers/0");
  }

  /** What is wrong with the objects of a base; empty if nothing is. */
  static List<String> complaints(Map<String, JsonNode> objects) {
    BaseRules rules = new BaseRules(objects);
    rules.everyFileIsAResource();
    rules.everyImageIsSet();
    rules.selectorsMatchThePodTemplate();
    rules.namesLeadSomewhere();
    rules.portsAreThoseOfTheServer();
    rules.probesAskTheManagementPort();
    rules.podIsLockedDown();
    rules.whatIsWrittenHasAPlace();
    rules.resourcesAreQuantities();
    rules.serverAcceptsItsSettingsAndMayFinish();
    return rules.complaints;
  }

  private void everyFileIsAResource() {
    Set<String> files = new TreeSet<>(objects.keySet());
    files.remove("kustomization.yaml");
    Set<String> resources = new TreeSet<>();
    only("Kustomization").path("resources").forEach(name -> resources.add(name.asText()));
    require(files.equals(resources), "resources are " + resources + ", files " + files);
  }

  private void everyImageIsSet() {
    Set<String> set = new TreeSet<>();
    for (JsonNode image : only("Kustomization").path("images")) {
      set.add(image.path("name").asText());
      require(image.has("newTag") || image.has("digest"), "the image " + image + " has no version");
    }
    Set<String> used = new TreeSet<>();
    pod.path("containers").forEach(it -> used.add(it.path("image").asText()));
    require(used.equals(set), "images set are " + set + ", used " + used);
  }

  private void selectorsMatchThePodTemplate() {
    matchesThePod("the Deployment", deployment.at("/spec/selector/matchLabels"));
    matchesThePod("the Service", only("Service").at("/spec/selector"));
    matchesThePod(
        "the PodDisruptionBudget", only("PodDisruptionBudget").at("/spec/selector/matchLabels"));
    for (JsonNode spread : pod.path("topologySpreadConstraints")) {
      matchesThePod("topologySpreadConstraints", spread.at("/labelSelector/matchLabels"));
    }
  }

  private void matchesThePod(String whose, JsonNode selector) {
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    require(!selector.isEmpty(), "the selector of " + whose + " is empty");
    for (Map.Entry<String, JsonNode> label : selector.properties()) {
      require(
          label.getValue().equals(labels.path(label.getKey())),
          "the selector of %s, %s, does not match the pod's labels %s"
              .formatted(whose, label, labels));
    }
  }

  private void namesLeadSomewhere() {
    JsonNode autoscaler = only("HorizontalPodAutoscaler").path("spec");
    JsonNode target = autoscaler.path("scaleTargetRef");
    require(
        target.path("apiVersion").equals(deployment.path("apiVersion"))
            && target.path("kind").equals(deployment.path("kind"))
            && target.path("name").equals(deployment.at("/metadata/name")),
        "the autoscaler's target is not the Deployment: " + target);
    require(
        autoscaler.path("minReplicas").asInt() <= autoscaler.path("maxReplicas").asInt(),
        "minReplicas is over maxReplicas");
    require(!deployment.path("spec").has("replicas"), "replicas belong to the autoscaler");
    require(
        pod.path("serviceAccountName").equals(only("ServiceAccount").at("/metadata/name")),
        "there is no ServiceAccount " + pod.path("serviceAccountName"));
    Set<String> volumes = new TreeSet<>();
    pod.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
    for (JsonNode mount : container.path("volumeMounts")) {
      String name = mount.path("name").asText();
      require(volumes.contains(name), "there is no volume " + name + " but " + volumes);
    }
  }

  private void portsAreThoseOfTheServer() {
    Map<String, Integer> ports = new TreeMap<>();
    for (JsonNode port : container.path("ports")) {
      ports.put(port.path("name").asText(), port.path("containerPort").asInt());
    }
    require(ports.equals(PORTS), "the container's ports are " + ports + ", the server's " + PORTS);
    for (JsonNode port : only("Service").at("/spec/ports")) {
      String target = port.path("targetPort").asText();
      require(ports.containsKey(target), "no port of the container is named " + target);
      require(!target.equals(MANAGEMENT), "the Service shows the management port to callers");
    }
    JsonNode scrape = deployment.at("/spec/template/metadata/annotations");
    is(scrape, "/prometheus.io~1scrape", "true");
    is(scrape, "/prometheus.io~1port", Integer.toString(PORTS.get(MANAGEMENT)));
    is(scrape, "/prometheus.io~1path", "/q/metrics");
  }

  private void probesAskTheManagementPort() {
    PROBES.forEach(
        (probe, path) -> {
          is(container, "/" + probe + "/httpGet/port", MANAGEMENT);
          is(container, "/" + probe + "/httpGet/path", path);
        });
    require(
        patience("startupProbe").compareTo(LEAST_TO_START) >= 0,
        "a model gets only " + patience("startupProbe") + " to load and warm up");
    require(
        patience("livenessProbe").compareTo(settings().stallAfter()) >= 0,
        "the livenessProbe is less patient than ferry.device.stall-after");
  }

  private Duration patience(String probe) {
    JsonNode times = container.path(probe);
    return Duration.ofSeconds(
        times.path("periodSeconds").asLong() * times.path("failureThreshold").asLong());
  }

  private void podIsLockedDown() {
    is(only("ServiceAccount"), "/automountServiceAccountToken", "false");
    is(pod, "/automountServiceAccountToken", "false");
    is(pod, "/enableServiceLinks", "false");
    is(pod, "/securityContext/runAsNonRoot", "true");
    require(pod.at("/securityContext/runAsUser").asLong() > 0, "runAsUser is root");
    is(pod, "/securityContext/seccompProfile/type", "RuntimeDefault");
    is(container, "/securityContext/allowPrivilegeEscalation", "false");
    is(container, "/securityContext/readOnlyRootFilesystem", "true");
    is(container, "/securityContext/capabilities/drop/0", "ALL");
    require(
        !container.at("/securityContext/capabilities").has("add"), "capabilities are given back");
    require(pod.path("containers").size() == 1, "only the first container is checked here");
  }

  private void whatIsWrittenHasAPlace() {
    Set<String> writable = new TreeSet<>();
    for (JsonNode mount : container.path("volumeMounts")) {
      if (!mount.path("readOnly").asBoolean()) {
        writable.add(mount.path("mountPath").asText());
      }
    }
    require(writable.contains("/tmp"), "/tmp cannot be written; what can is " + writable);
    String cache = environment().getOrDefault("DJL_CACHE_DIR", "");
    require(
        writable.stream().anyMatch(path -> cache.startsWith(path + "/")),
        "DJL_CACHE_DIR (\"" + cache + "\") cannot be written; what can is " + writable);
  }

  private void resourcesAreQuantities() {
    for (String resource : List.of("cpu", "memory")) {
      BigDecimal request = amount(container.at("/resources/requests/" + resource));
      BigDecimal limit = amount(container.at("/resources/limits/" + resource));
      require(
          request.signum() > 0 && request.compareTo(limit) <= 0,
          "%s: a request of %s and a limit of %s".formatted(resource, request, limit));
    }
    // A volume without a limit could fill the node's disk.
    for (JsonNode volume : pod.path("volumes")) {
      require(amount(volume.at("/emptyDir/sizeLimit")).signum() > 0, volume + " may grow for ever");
    }
  }

  private BigDecimal amount(JsonNode written) {
    try {
      return Quantity.parse(written.asText()).getNumericalAmount();
    } catch (RuntimeException noQuantity) {
      complaints.add("\"%s\" is no quantity".formatted(written.asText()));
      return BigDecimal.ZERO;
    }
  }

  private void serverAcceptsItsSettingsAndMayFinish() {
    Map<String, String> environment = environment();
    require(
        environment.containsKey("FERRY_SHUTDOWN_GRACE")
            && environment.containsKey("FERRY_SHUTDOWN_DRAIN"),
        "the periods of the shutdown are not said where terminationGracePeriodSeconds is");
    Settings.Shutdown shutdown = settings().shutdown();
    Duration needed = shutdown.grace().plus(shutdown.drain()).plus(CLOSING);
    Duration given = Duration.ofSeconds(pod.path("terminationGracePeriodSeconds").asLong());
    require(
        given.compareTo(needed) > 0,
        "terminationGracePeriodSeconds is %d, the server may need %d"
            .formatted(given.toSeconds(), needed.toSeconds()));
    is(deployment, "/spec/strategy/rollingUpdate/maxUnavailable", "0");
  }

  /** Read by the server's own code, which refuses what it would refuse at its start. */
  private Settings settings() {
    return SettingsReader.read(environment(), directory -> List.of());
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode variable : container.path("env")) {
      String name = variable.path("name").asText();
      String before = environment.put(name, variable.path("value").asText());
      require(before == null, "env has " + name + " twice");
    }
    return environment;
  }

  private JsonNode only(String kind) {
    List<JsonNode> found =
        objects.values().stream()
            .filter(object -> object.path("kind").asText().equals(kind))
            .toList();
    if (found.size() != 1) {
      complaints.add("%d objects are of kind %s".formatted(found.size(), kind));
      return MissingNode.getInstance();
    }
    return found.getFirst();
  }

  private void is(JsonNode from, String pointer, String expected) {
    String found = from.at(pointer).asText();
    require(found.equals(expected), "%s is \"%s\", not %s".formatted(pointer, found, expected));
  }

  private void require(boolean holds, String complaint) {
    if (!holds) {
      complaints.add(complaint);
    }
  }
}
