package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ferry.TestModels;
import io.ferry.engine.Engine;
import io.ferry.engine.djl.HuggingFaceTokenizers;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A model's folder to be changed and loaded.
 *
 * @param path where it is
 */
record TestFolder(Path path) {

  /** A copy of a model of the tests. */
  static TestFolder copy(String model, Path into) throws IOException {
    Path path = into.resolve(model);
    TestModels.copy(model, path);
    return new TestFolder(path);
  }

  /** Options; empty texts are left to the files. */
  static FolderOptions options(String task, String pooling, String engine) {
    return new FolderOptions(given(task), given(pooling), given(engine));
  }

  private static Optional<String> given(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** A modules.json of modules of sentence-transformers. */
  static String chain(String kinds) {
    return Stream.of(kinds.split(", "))
        .map(
            kind ->
                "{\"type\": \"sentence_transformers.base.modules.x.%s\", \"path\": \"1_%s\"}"
                    .formatted(kind, kind))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  void write(String file, String content) throws IOException {
    Files.createDirectories(path.resolve(file).getParent());
    Files.writeString(path.resolve(file), content);
  }

  ObjectNode json(String file) throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(path.resolve(file).toFile());
  }

  void withoutFields(String file, String... fields) throws IOException {
    write(file, json(file).without(List.of(fields)).toString());
  }

  LoadedModel load(FolderOptions options) throws ModelLoadException {
    return load(new TorchScriptEngine("cpu", 1), options);
  }

  LoadedModel load(Engine engine, FolderOptions options) throws ModelLoadException {
    return new FolderLoader(List.of(engine), HuggingFaceTokenizers::open, 1)
        .load("some-model", "3", path, options);
  }

  /** Why it cannot be loaded. */
  String reason() {
    return reason(FolderOptions.AUTO);
  }

  String reason(FolderOptions options) {
    return assertThrows(ModelLoadException.class, () -> load(options)).reason();
  }
}
