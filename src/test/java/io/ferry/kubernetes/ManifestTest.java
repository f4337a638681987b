package io.ferry.kubernetes;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.config.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests under k8s/ are what Kubernetes takes and what the server needs. */
class ManifestTest {

  private static final Path MANIFESTS = Path.of("k8s");

  /** Labels and annotations, whose keys are free, have dots and slashes in them here. */
  private static final Pattern FIELD =
      Pattern.compile("(?<=^ {0,40}(- )?)[A-Za-z]+(?=:)", Pattern.MULTILINE);

  private static final Set<String> NAMES_OF_RESOURCES = Set.of("cpu", "memory");

  private final Base base = Base.read(MANIFESTS.resolve("base"));

  @Test
  void readsEveryManifestStrictly() throws IOException {
    try (Stream<Path> paths = Files.walk(MANIFESTS)) {
      List<Path> manifests = paths.filter(path -> path.toString().endsWith(".yaml")).toList();
      assertFalse(manifests.isEmpty());
      assertAll(
          manifests.stream()
              .map(
                  path ->
                      () ->
                          assertDoesNotThrow(
                              () -> StrictYaml.read(Files.readString(path)), path.toString())));
    }
  }

  @Test
  void keepsNoFileThatKustomizeOrThisTestWouldNotRead() throws IOException {
    try (Stream<Path> paths = Files.walk(MANIFESTS)) {
      List<Path> others =
          paths
              .filter(Files::isRegularFile)
              .filter(path -> !path.toString().endsWith(".yaml"))
              .toList();
      assertEquals(List.of(MANIFESTS.resolve("README.md")), others);
    }
  }

  /** DJL unpacks libraries into folders of mode 700, and the image runs as another user. */
  @Test
  void theImagesUserCanReadWhatItsTrainingRunUnpacks() throws IOException {
    List<String> training =
        Files.readAllLines(Path.of("src/main/docker/Dockerfile.cpu")).stream()
            .filter(line -> line.startsWith("RUN /tmp/aot-cache.sh"))
            .toList();
    assertEquals(
        List.of("RUN /tmp/aot-cache.sh /opt/ferry && chmod -R a+rX djl ferry.aot"), training);
  }

  @Test
  void fitsTheServerAndItself() {
    assertEquals(List.of(), BaseRules.complaints(base.objects()));
  }

  @Test
  void refusesEveryFieldOnceItIsMisspelt() {
    List<String> passed = new ArrayList<>();
    int misspelt = 0;
    for (Map.Entry<String, String> file : base.files().entrySet()) {
      Matcher field = FIELD.matcher(file.getValue());
      while (field.find()) {
        if (NAMES_OF_RESOURCES.contains(field.group())) {
          continue;
        }
        misspelt++;
        String broken = new StringBuilder(file.getValue()).insert(field.end(), 's').toString();
        if (accepts(broken)) {
          passed.add(file.getKey() + ": " + field.group() + "s");
        }
      }
    }
    assertEquals(List.of(), passed);
    assertTrue(misspelt > 100, "only " + misspelt + " were tried");
  }

  private static boolean accepts(String text) {
    try {
      StrictYaml.read(text);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # of another type
          deployment.yaml              | containerPort: 8080          | containerPort: "8080"          | "containerPort"
          deployment.yaml              | value: 5s                    | value: 5                       | ["value"]
          deployment.yaml              | port: "9000"                 | port: 9000                     | Integer value (9000)
          deployment.yaml              | scrape: "true"               | scrape: yes                    | Boolean value (true)
          deployment.yaml              | runAsNonRoot: true           | runAsNonRoot: "true"           | runAsNonRoot
          deployment.yaml              | periodSeconds: 10            | periodSeconds: 10.5            | periodSeconds
          horizontalpodautoscaler.yaml | minReplicas: 2               | minReplicas: two               | minReplicas
          deployment.yaml              | value: 30s                   | value:                         | no value at
          # of another version or kind
          horizontalpodautoscaler.yaml | autoscaling/v2               | autoscaling/v2beta2            | autoscaling/v2beta2
          deployment.yaml              | kind: Deployment             | kind: Deploymnet               | Deploymnet
          """)
  void refusesWhatKubernetesWouldRefuseOrDrop(
      String file, String piece, String replacement, String named) {
    Base broken = base.with(file, piece, replacement);
    String refusal = assertThrows(IllegalArgumentException.class, broken::objects).getMessage();
    assertTrue(refusal.startsWith(file) && refusal.contains(named), refusal);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # ports
          service.yaml                 | targetPort: http             | targetPort: htp                | no port of the container is named htp
          service.yaml                 | targetPort: http             | targetPort: management         | management port to callers
          deployment.yaml              | - name: management           | - name: admin                  | the container's ports are
          deployment.yaml              | containerPort: 9000          | containerPort: 9001            | the container's ports are
          deployment.yaml              | port: management             | port: http                     | /livenessProbe/httpGet/port is "http"
          deployment.yaml              | port: management             | port: 9000                     | /readinessProbe/httpGet/port is "9000"
          deployment.yaml              | io/port: "9000"              | io/port: "8080"                | /prometheus.io~1port
          # selectors and names
          service.yaml                 | io/name: ferry               | io/name: fery                  | selector of the Service
          service.yaml                 | app.kubernetes.io/name       | app                            | selector of the Service
          poddisruptionbudget.yaml     | io/name: ferry               | io/name: fery                  | selector of the PodDisruptionBudget
          deployment.yaml              | io/name: ferry               | io/name: fery                  | selector of the Service
          horizontalpodautoscaler.yaml | kind: Deployment             | kind: StatefulSet              | target is not the Deployment
          horizontalpodautoscaler.yaml | minReplicas: 2               | minReplicas: 20                | minReplicas is over maxReplicas
          deployment.yaml              | serviceAccountName: ferry    | serviceAccountName: fery       | no ServiceAccount
          deployment.yaml              | image: ferry                 | image: ferry:latest            | images set
          kustomization.yaml           | - service.yaml               | - services.yaml                | resources are
          # probes
          deployment.yaml              | /q/health/live               | /q/health/ready                | /livenessProbe/httpGet/path
          deployment.yaml              | /q/health/started            | /q/health/start                | /startupProbe/httpGet/path
          deployment.yaml              | periodSeconds: 10            | periodSeconds: 5               | stall-after
          deployment.yaml              | failureThreshold: 60         | failureThreshold: 10           | to load and warm up
          # the locks
          deployment.yaml              | enableServiceLinks: false    | enableServiceLinks: true       | /enableServiceLinks
          deployment.yaml              | readOnlyRootFilesystem: true | readOnlyRootFilesystem: false  | /securityContext/readOnlyRootFilesystem
          deployment.yaml              | runAsUser: 10001             | runAsUser: 0                   | runAsUser is root
          deployment.yaml              | Escalation: false            | Escalation: true               | /securityContext/allowPrivilegeEscalation
          deployment.yaml              | - ALL                        | - NET_RAW                      | /securityContext/capabilities
          deployment.yaml              | type: RuntimeDefault         | type: Unconfined               | /securityContext/seccompProfile
          serviceaccount.yaml          | Token: false                 | Token: true                    | /automountServiceAccountToken
          # what is written, and how much there is
          deployment.yaml              | mountPath: /tmp              | mountPath: /var/tmp            | /tmp cannot be written
          deployment.yaml              | value: /tmp/djl              | value: /home/ferry             | DJL_CACHE_DIR
          deployment.yaml              | memory: 2Gi                  | memory: 2GB                    | "2GB" is no quantity
          deployment.yaml              | sizeLimit: 1Gi               | medium: Memory                 | may grow for ever
          # the end
          deployment.yaml              | PeriodSeconds: 60            | PeriodSeconds: 45              | terminationGracePeriodSeconds is 45
          deployment.yaml              | value: 30s                   | value: 45s                     | the server may need 60
          deployment.yaml              | FERRY_SHUTDOWN_GRACE         | OTHER_SHUTDOWN_GRACE           | not said where
          deployment.yaml              | maxUnavailable: 0            | maxUnavailable: 1              | maxUnavailable
          """)
  void complainsOfWhatDoesNotFit(String file, String piece, String replacement, String complaint) {
    List<String> complaints = BaseRules.complaints(base.with(file, piece, replacement).objects());
    assertTrue(
        complaints.stream().anyMatch(it -> it.contains(complaint)),
        "looked for \"%s\" in %s".formatted(complaint, complaints));
  }

  @Test
  void complainsOfADeploymentThatDoesNotSelectItsOwnPods() {
    String selector = "matchLabels:\n      app.kubernetes.io/name: ";
    Base broken = base.with("deployment.yaml", selector + "ferry", selector + "fery");
    assertEquals(
        List.of(
            "the selector of the Deployment, app.kubernetes.io/name=\"fery\", does not match the"
                + " pod's labels {\"app.kubernetes.io/name\":\"ferry\"}"),
        BaseRules.complaints(broken.objects()));
  }

  @Test
  void complainsOfASpreadThatCountsOtherPods() {
    String selector = "matchLabels:\n              app.kubernetes.io/name: ";
    Base broken = base.with("deployment.yaml", selector + "ferry", selector + "fery");
    List<String> complaints = BaseRules.complaints(broken.objects());
    assertEquals(2, complaints.size(), complaints.toString());
    assertTrue(
        complaints.getFirst().startsWith("the selector of topologySpreadConstraints"),
        complaints.toString());
  }

  @Test
  void complainsOfAMountWithoutAVolume() {
    String mount = "\n              mountPath";
    Base broken = base.with("deployment.yaml", "tmp" + mount, "temp" + mount);
    assertEquals(
        List.of("there is no volume temp but [tmp]"), BaseRules.complaints(broken.objects()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FERRY_SHUTDOWN_GRAZE", "FERRY_DEVICE"})
  void refusesASettingThatTheServerWouldRefuseAtItsStart(String name) {
    Base broken = base.with("deployment.yaml", "FERRY_SHUTDOWN_DRAIN", name);
    String refusal =
        assertThrows(InvalidSettingException.class, () -> BaseRules.complaints(broken.objects()))
            .getMessage();
    assertTrue(refusal.contains(name), refusal);
  }

  @Test
  void refusesAKeyThatStandsTwice() {
    Base broken =
        base.with(
            "deployment.yaml",
            "      enableServiceLinks: false",
            "      enableServiceLinks: false\n      enableServiceLinks: true");
    String refusal = assertThrows(IllegalArgumentException.class, broken::objects).getMessage();
    assertTrue(refusal.contains("duplicate key enableServiceLinks"), refusal);
  }

  @Test
  void refusesASecondDocumentInAFile() {
    Base broken = base.with("service.yaml", "targetPort: http", "targetPort: http\n---\nkind: X");
    String refusal = assertThrows(IllegalArgumentException.class, broken::objects).getMessage();
    assertTrue(refusal.contains("one object a file"), refusal);
  }
}
