package io.ferry.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.TestModels;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.Input;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.Encoder;
import io.ferry.model.LabelScore;
import io.ferry.model.LoadedModel;
import io.ferry.model.Rerank;
import io.ferry.model.Task;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** What a golden folder asks of an engine, and how its answers are compared. */
final class GoldenCheck {

  /** Of the original's numbers. */
  private static final double GOLDEN = 1e-4;

  /** Of the same row alone. */
  private static final double ALONE = 1e-5;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A row of a model's golden file, and what Ferry makes of it. */
  private record Row(JsonNode golden, ModelInput input) {}

  private GoldenCheck() {}

  /** Texts become the tokens that they are for the original. */
  static void tokens(Path folder, LoadedModel model) throws Exception {
    for (Row row : rows(folder, model)) {
      if (row.input() instanceof Encoding encoding) {
        assertArrayEquals(longs(row.golden().path("token_ids")), encoding.tokenIds());
        if (row.golden().has("type_ids")) {
          assertArrayEquals(longs(row.golden().path("type_ids")), encoding.typeIds());
        }
      }
    }
  }

  /** Each row alone has the original's answer. */
  static void alone(Path folder, LoadedModel model) throws Exception {
    for (Row row : rows(folder, model)) {
      assertGolden(model, row, alone(model, row));
    }
  }

  /** So it has in shuffled company, and there its numbers are those that it has alone. */
  static void inCompany(Path folder, LoadedModel model) throws Exception {
    List<Row> rows = new ArrayList<>(rows(folder, model));
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(rows, new Random(seed));
      List<Row> batch = rows.subList(0, 1 + seed * (rows.size() - 1) / 4);
      List<Prediction> together =
          TestModels.run(model.lanes().getFirst(), batch.stream().map(Row::input).toList());
      for (int i = 0; i < batch.size(); i++) {
        assertGolden(model, batch.get(i), together.get(i));
        assertSame(alone(model, batch.get(i)), together.get(i));
      }
    }
  }

  private static Prediction alone(LoadedModel model, Row row) {
    return TestModels.run(model.lanes().getFirst(), List.of(row.input())).getFirst();
  }

  private static void assertSame(Prediction alone, Prediction together) {
    assertEquals(alone.outputs().size(), together.outputs().size());
    for (int output = 0; output < alone.outputs().size(); output++) {
      assertArrayEquals(
          alone.outputs().get(output).shape(), together.outputs().get(output).shape());
      assertClose(alone.outputs().get(output), together.outputs().get(output));
    }
  }

  private static void assertClose(Tensor alone, Tensor together) {
    for (int i = 0; i < alone.elements(); i++) {
      assertEquals(alone.at(i), together.at(i), ALONE * Math.max(1, Math.abs(alone.at(i))));
    }
  }

  // ---- reading golden rows

  private static List<Row> rows(Path folder, LoadedModel model) throws Exception {
    JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
    assertTask(golden.path("task").asText(), model.spec().task());
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : golden.path("rows")) {
      if (model.encoder().encode(input(row, model), options(row))
          instanceof Encoder.Encoded.Row(ModelInput input)) {
        rows.add(new Row(row, input));
      } else {
        throw new AssertionError("refused: " + row);
      }
    }
    assertTrue(rows.size() >= 4, "only " + rows.size() + " rows");
    return rows;
  }

  private static void assertTask(String name, Task task) {
    assertEquals(name.replace('_', '-'), task.label());
  }

  private static Input input(JsonNode row, LoadedModel model) {
    if (row.has("query")) {
      return new Input.Pair(row.path("query").asText(), row.path("text").asText());
    }
    if (row.has("text")) {
      return new Input.Text(row.path("text").asText());
    }
    List<Input.Named> tensors = new ArrayList<>();
    for (TensorSpec spec : model.spec().signature().inputs()) {
      tensors.add(
          new Input.Named(
              spec.name(), GoldenTensor.of(spec, row.path("inputs").path(spec.name()))));
    }
    return new Input.Tensors(tensors);
  }

  private static EncodingOptions options(JsonNode row) {
    return new EncodingOptions(
        row.has("truncate")
            ? Truncation.valueOf(row.path("truncate").asText().toUpperCase(Locale.ROOT))
            : Truncation.REFUSE,
        row.has("prompt_name") ? Optional.of(row.path("prompt_name").asText()) : Optional.empty());
  }

  private static long[] longs(JsonNode numbers) {
    long[] longs = new long[numbers.size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = numbers.path(i).asLong();
    }
    return longs;
  }

  // ---- comparing

  private static void assertGolden(LoadedModel model, Row row, Prediction prediction) {
    JsonNode output = row.golden().path("output");
    switch (model.spec().task()) {
      case Embed embed -> {
        assertNumbers(
            output,
            row.golden().has("dimensions")
                ? embed.vector(prediction, row.golden().path("dimensions").asInt())
                : embed.vector(prediction));
        if (row.golden().has("tokens")) {
          float[][] vectors = new EmbedAll(embed.dimensions()).vectors(prediction);
          assertEquals(row.golden().path("tokens").size(), vectors.length);
          for (int token = 0; token < vectors.length; token++) {
            assertNumbers(row.golden().path("tokens").path(token), vectors[token]);
          }
        }
      }
      case Classify classify -> {
        for (LabelScore label : classify.rank(prediction, Integer.MAX_VALUE)) {
          JsonNode expected = output.isArray() ? output.path(0) : output.path(label.label());
          assertEquals(expected.asDouble(Double.NaN), label.score(), GOLDEN);
        }
      }
      case Rerank rerank ->
          assertEquals(output.asDouble(Double.NaN), rerank.score(prediction), GOLDEN);
      case Tensors() -> {
        int index = 0;
        for (TensorSpec spec : model.spec().signature().outputs()) {
          Tensor tensor = prediction.outputs().get(index++);
          assertEquals(spec.datatype(), tensor.datatype(), spec.name());
          assertNumbers(output.path(spec.name()), tensor.floats());
        }
      }
      case EmbedAll all -> throw new AssertionError("no golden model is of this task");
    }
    if (row.golden().has("raw") && !(model.spec().task() instanceof Embed)) {
      assertNumbers(row.golden().path("raw"), prediction.values());
    }
  }

  private static void assertNumbers(JsonNode expected, float[] numbers) {
    float[] flat = new float[numbers.length];
    int count = GoldenTensor.flatten(expected, flat, 0);
    assertEquals(numbers.length, count, "numbers");
    for (int i = 0; i < count; i++) {
      assertEquals(flat[i], numbers[i], GOLDEN * Math.max(1, Math.abs(flat[i])));
    }
  }
}
