package io.ferry.golden;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ferry.TestModels;
import io.ferry.engine.Engine;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.engine.onnx.OnnxRuntimeEngine;
import io.ferry.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tiny models of every kind that transformers and sentence-transformers make, each with the answers
 * of these libraries ({@code src/test/python/golden_models.py}). Both engines must give them:
 * alone, padded, and in shuffled company.
 */
class GoldenModelsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  static List<Engine> engines() {
    return List.of(new TorchScriptEngine("cpu", 1), new OnnxRuntimeEngine("cpu", 1));
  }

  static Stream<Arguments> modelsAndEngines() throws IOException {
    try (Stream<Path> folders = Files.list(TestModels.FOLDER)) {
      List<Path> golden =
          folders.filter(it -> Files.exists(it.resolve("golden.json"))).sorted().toList();
      assertTrue(golden.size() >= 11, "only " + golden);
      return golden.stream()
          .flatMap(
              folder ->
                  engines().stream()
                      .map(
                          engine ->
                              Arguments.argumentSet(
                                  folder.getFileName() + " " + engine.name(), folder, engine)));
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndEngines")
  void textsBecomeTheSameTokens(Path folder, Engine engine) throws Exception {
    try (LoadedModel model = TestModels.load(engine, folder, 1)) {
      GoldenCheck.tokens(folder, model);
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndEngines")
  void rowsAloneHaveTheOriginalsAnswers(Path folder, Engine engine) throws Exception {
    try (LoadedModel model = TestModels.load(engine, folder, 1)) {
      GoldenCheck.alone(folder, model);
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndEngines")
  void companyAndPaddingChangeNothing(Path folder, Engine engine) throws Exception {
    try (LoadedModel model = TestModels.load(engine, folder, 1)) {
      GoldenCheck.inCompany(folder, model);
    }
  }

  /** Positions that are learnt shift where padding goes before the tokens. */
  @ParameterizedTest
  @ValueSource(strings = {"tiny-bert-embed", "tiny-roberta-classify"})
  void whereATokenizerPadsChangesNothing(String name, @TempDir Path temporary) throws Exception {
    Path folder = temporary.resolve(name);
    TestModels.copy(name, folder);
    Path config = folder.resolve("tokenizer_config.json");
    ObjectNode content = (ObjectNode) JSON.readTree(config.toFile());
    Files.writeString(config, content.put("padding_side", "left").toString());
    for (Engine engine : engines()) {
      companyAndPaddingChangeNothing(folder, engine);
    }
  }
}
