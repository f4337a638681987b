package io.ferry.engine.aoti;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/**
 * The names in a call specification, PyTorch's description of nested arguments as JSON ({@code
 * torch/utils/_pytree.py}): a version and a tree of {@code {"type", "context", "children_spec"}},
 * whose leaves have no type. A dictionary's context is the list of its keys, as JSON in a text.
 */
final class CallSpec {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DICTIONARY = "builtins.dict";

  private CallSpec() {}

  /**
   * The keys under which the tensors stand, in the order in which the library takes or gives them.
   *
   * @return an empty text for a tensor that stands in no dictionary
   * @throws IllegalArgumentException if it is no such specification
   */
  static List<String> names(String specification) {
    try {
      JsonNode root = JSON.readTree(specification);
      if (root.size() != 2 || !root.path(1).isObject()) {
        throw new IllegalArgumentException("no call specification: " + specification);
      }
      List<String> names = new ArrayList<>();
      collect(root.path(1), "", names);
      return List.copyOf(names);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException("no call specification: " + specification, broken);
    }
  }

  private static void collect(JsonNode node, String key, List<String> names)
      throws JsonProcessingException {
    if (!node.path("type").isTextual()) {
      names.add(key);
      return;
    }
    JsonNode keys =
        node.path("type").asText().equals(DICTIONARY)
            ? JSON.readTree(node.path("context").asText())
            : JSON.createArrayNode();
    int child = 0;
    for (JsonNode inside : node.path("children_spec")) {
      collect(inside, keys.path(child++).asText(key), names);
    }
  }
}
