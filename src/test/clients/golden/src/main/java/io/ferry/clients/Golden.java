package io.ferry.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A text, and what the model's original in Python makes of it.
 *
 * @param tokens the text's own token ids, without the special ones around them
 * @param promptTokens how many token ids the model sees, with the special ones
 * @param vector the embedding
 */
public record Golden(String text, List<Long> tokens, long promptTokens, float[] vector) {

  /** The model that is asked. */
  public static final String MODEL = "tiny-bert-embed";

  /** A model that is no embedder. */
  public static final String CLASSIFIER = "tiny-roberta-classify";

  private static final double SAME = 1e-4;

  /** All texts of the model that are embedded as they are. */
  public static List<Golden> rows() {
    List<Golden> rows = new ArrayList<>();
    for (JsonNode row : json()) {
      if (!row.has("prompt_name") && !row.has("truncate") && !row.has("dimensions")) {
        rows.add(of(row));
      }
    }
    if (rows.size() < 8) {
      throw new AssertionError("only " + rows.size() + " rows");
    }
    return rows;
  }

  /** A text with this many dimensions. */
  public static Golden ofDimensions(int dimensions) {
    for (JsonNode row : json()) {
      if (!row.has("prompt_name") && row.path("dimensions").asInt() == dimensions) {
        return of(row);
      }
    }
    throw new AssertionError("no row has " + dimensions + " dimensions");
  }

  /** A row by its text. */
  public static Golden ofText(String text) {
    return rows().stream().filter(row -> row.text.equals(text)).findFirst().orElseThrow();
  }

  /** The texts of rows. */
  public static List<String> texts(List<Golden> rows) {
    return rows.stream().map(Golden::text).toList();
  }

  private static Golden of(JsonNode row) {
    List<Long> ids = new ArrayList<>();
    row.path("token_ids").forEach(id -> ids.add(id.asLong()));
    JsonNode output = row.path("output");
    float[] vector = new float[output.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) output.path(i).asDouble();
    }
    return new Golden(
        row.path("text").asText(), ids.subList(1, ids.size() - 1), ids.size(), vector);
  }

  private static JsonNode json() {
    Path file = Path.of(System.getProperty("ferry.models"), MODEL, "golden.json");
    try {
      return new ObjectMapper().readTree(file.toFile()).path("rows");
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  /** Fails if this is another vector. */
  public void assertIs(float[] actual) {
    if (actual.length != vector.length) {
      throw new AssertionError(text + ": " + actual.length + " numbers, not " + vector.length);
    }
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - vector[i]) <= SAME)) {
        throw new AssertionError(text + ": [" + i + "] is " + actual[i] + ", not " + vector[i]);
      }
    }
  }

  /** Fails if this is another vector. */
  public void assertIs(List<Float> actual) {
    float[] floats = new float[actual.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = actual.get(i);
    }
    assertIs(floats);
  }
}
