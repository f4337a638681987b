package io.ferry.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Iterator;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads a manifest the way an API server does that validates fields strictly: no duplicate key, no
 * unknown field at any depth, no value of another type. YAML 1.1 like Kubernetes's own reader, so
 * that {@code yes} is a boolean and an unquoted number no string.
 */
final class StrictYaml {

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "apps/v1 Deployment", Deployment.class,
          "v1 Service", Service.class,
          "v1 ServiceAccount", ServiceAccount.class,
          "autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
          "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
          "kustomize.config.k8s.io/v1beta1 Kustomization", Kustomization.class);

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new NoRoomForUnknownFields())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private StrictYaml() {}

  /**
   * The one object of a file.
   *
   * @throws IllegalArgumentException if Kubernetes would refuse it, or silently drop a part of it
   */
  static JsonNode read(String text) {
    try {
      JsonNode object = STRICT.valueToTree(theOnlyDocument(text));
      refuseNulls(object, "");
      String kind = object.path("apiVersion").asText() + " " + object.path("kind").asText();
      Class<?> model = KINDS.get(kind);
      if (model == null) {
        throw new IllegalArgumentException(
            "\"%s\" is none of %s".formatted(kind, KINDS.keySet().stream().sorted().toList()));
      }
      STRICT.treeToValue(object, model);
      return object;
    } catch (YAMLException | JsonProcessingException invalid) {
      throw new IllegalArgumentException(invalid.getMessage(), invalid);
    }
  }

  private static Object theOnlyDocument(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Iterator<Object> documents = new Yaml(new SafeConstructor(options)).loadAll(text).iterator();
    if (!documents.hasNext()) {
      throw new IllegalArgumentException("there is nothing in it");
    }
    Object first = documents.next();
    if (documents.hasNext()) {
      throw new IllegalArgumentException("one object a file, please: there are more");
    }
    return first;
  }

  /** A key without a value is a slip: Kubernetes would take it as if it were not there. */
  private static void refuseNulls(JsonNode node, String path) {
    if (node.isNull()) {
      throw new IllegalArgumentException("no value at " + path);
    }
    node.properties().forEach(field -> refuseNulls(field.getValue(), path + "/" + field.getKey()));
    if (node.isArray()) {
      node.forEach(element -> refuseNulls(element, path + "/-"));
    }
  }

  /** The model classes keep fields they do not know in a map; without it those are errors. */
  private static final class NoRoomForUnknownFields extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }
}
