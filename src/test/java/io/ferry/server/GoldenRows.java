package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.TestModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the originals in Python say, and how answers are compared with it. */
final class GoldenRows {

  static final double CLOSE = 1e-4;

  private static final ObjectMapper JSON = new ObjectMapper();

  private GoldenRows() {}

  /** The rows of a model's golden file. */
  static List<JsonNode> of(String model) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    JSON.readTree(TestModels.FOLDER.resolve(model).resolve("golden.json").toFile())
        .path("rows")
        .forEach(rows::add);
    assertTrue(rows.size() >= 4, "only " + rows.size());
    return rows;
  }

  /** A list of numbers. */
  static double[] numbers(JsonNode list) {
    assertTrue(list.isArray(), list::toString);
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      assertTrue(list.path(i).isNumber(), list::toString);
      numbers[i] = list.path(i).doubleValue();
    }
    return numbers;
  }

  static double length(double[] vector) {
    double squares = 0;
    for (double number : vector) {
      squares += number * number;
    }
    return Math.sqrt(squares);
  }

  /** Scaled to length 1. */
  static double[] scaled(double[] vector) {
    double[] scaled = vector.clone();
    double length = length(vector);
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] /= length;
    }
    return scaled;
  }

  static double cosine(double[] a, double[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
    }
    return product / length(a) / length(b);
  }

  /** The same numbers, but for what engines differ in. */
  static void assertSame(double[] golden, double[] answer, Object question) {
    assertEquals(golden.length, answer.length, question::toString);
    for (int i = 0; i < golden.length; i++) {
      assertEquals(
          golden[i], answer[i], CLOSE * Math.max(1, Math.abs(golden[i])), question::toString);
    }
  }
}
