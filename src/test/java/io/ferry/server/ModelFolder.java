package io.ferry.server;

import io.ferry.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Folders of models, made of the tests' own. */
final class ModelFolder {

  private ModelFolder() {}

  /** Copies a model, except for the files that are left out. */
  static void copy(String model, Path to, String... without) throws IOException {
    TestModels.copy(model, to, without);
  }

  /** Copies one file of a model into a folder. */
  static void copyFile(String file, Path folder) throws IOException {
    Path from = TestModels.FOLDER.resolve(file);
    Files.copy(from, folder.resolve(String.valueOf(from.getFileName())));
  }

  /** All golden models. */
  static List<Path> golden() throws IOException {
    try (Stream<Path> folders = Files.list(TestModels.FOLDER)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("golden.json")))
          .sorted()
          .toList();
    }
  }
}
