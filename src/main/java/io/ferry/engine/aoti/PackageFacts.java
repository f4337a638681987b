package io.ferry.engine.aoti;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.model.ModelLoadException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code export_model.py} wrote into a package's metadata, under the key {@code ferry}: the
 * compiled library does not know the kinds of its tensors, nor the lengths that it was compiled
 * for, and reads beyond its inputs' ends where they differ.
 *
 * @param torch the version that compiled it, such as {@code 2.13.0}
 * @param device what it is compiled for: {@code cpu} or {@code cuda}
 * @param cpuFeatures of the machine that compiled it, in the kernel's words, such as {@code avx2}
 * @param inputs in the order of the names in the call specification
 * @param outputs in the same order
 * @param axes the lengths that open axes may have, by label
 */
record PackageFacts(
    String torch,
    String device,
    List<String> cpuFeatures,
    List<TensorFacts> inputs,
    List<TensorFacts> outputs,
    Map<String, AxisRange> axes) {

  private static final ObjectMapper JSON = new ObjectMapper();

  PackageFacts {
    cpuFeatures = List.copyOf(cpuFeatures);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    axes = Map.copyOf(axes);
  }

  /**
   * Reads it.
   *
   * @param metadata a package's, JSON
   * @throws ModelLoadException if it is not what {@code export_model.py} writes
   */
  static PackageFacts read(String metadata) throws ModelLoadException {
    try {
      JsonNode all = JSON.readTree(metadata);
      if (!all.path("ferry").isTextual()) {
        throw new ModelLoadException(
            "model.pt2 does not say what it takes; export it with src/main/python/export_model.py"
                + " --formats pt2, which writes that into the package");
      }
      JsonNode facts = JSON.readTree(all.path("ferry").asText());
      Map<String, AxisRange> axes = new HashMap<>();
      facts.path("axes").properties().forEach(it -> axes.put(it.getKey(), range(it.getValue())));
      PackageFacts read =
          new PackageFacts(
              text(facts, "torch"),
              text(facts, "device"),
              texts(facts.path("cpu")),
              tensors(facts.path("inputs"), axes),
              tensors(facts.path("outputs"), axes),
              axes);
      if (read.inputs.isEmpty() || read.outputs.isEmpty()) {
        throw new IllegalArgumentException("no inputs or no outputs");
      }
      return read;
    } catch (JsonProcessingException | IllegalArgumentException broken) {
      throw new ModelLoadException(
          "the metadata in model.pt2 is damaged, or of a newer export_model.py; export it again",
          broken);
    }
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + " is no text");
    }
    return value.asText();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(it -> texts.add(it.asText()));
    return texts;
  }

  private static AxisRange range(JsonNode node) {
    long most = node.has("max") ? whole(node.path("max")) : Long.MAX_VALUE;
    return new AxisRange(whole(node.path("min")), most);
  }

  private static long whole(JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw new IllegalArgumentException(node + " is no whole number");
    }
    return node.asLong();
  }

  private static List<TensorFacts> tensors(JsonNode list, Map<String, AxisRange> axes) {
    List<TensorFacts> tensors = new ArrayList<>();
    for (JsonNode node : list) {
      List<TensorFacts.Axis> shape = new ArrayList<>();
      for (JsonNode axis : node.path("shape")) {
        shape.add(axis.isTextual() ? open(axis.asText(), axes) : fixed(axis));
      }
      tensors.add(new TensorFacts(text(node, "name"), text(node, "datatype"), shape));
    }
    return tensors;
  }

  private static TensorFacts.Axis open(String label, Map<String, AxisRange> axes) {
    if (!axes.containsKey(label)) {
      throw new IllegalArgumentException("no range of the axis " + label);
    }
    return new TensorFacts.Axis.Open(label);
  }

  private static TensorFacts.Axis fixed(JsonNode axis) {
    long length = whole(axis);
    if (length < 1 || length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("an axis of the length " + length);
    }
    return new TensorFacts.Axis.Fixed((int) length);
  }

  /** The lengths that an axis may have. */
  AxisRange range(TensorFacts.Axis axis) {
    return switch (axis) {
      case TensorFacts.Axis.Fixed(int length) -> new AxisRange(length, length);
      case TensorFacts.Axis.Open(String label) -> {
        AxisRange range = axes.get(label);
        if (range == null) {
          throw new IllegalStateException("no range of " + label);
        }
        yield range;
      }
    };
  }
}
