package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ferry.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The clients that people have on Node, see src/test/node. Without Node or npm there is nothing to
 * run, except in CI, where they must be.
 */
class NodeClientsIT {

  private static final Path SOURCES = Path.of("src/test/node");
  private static final Path COPY = Path.of("target/node");
  private static final Path PROTO = Path.of("src/main/proto/open_inference.proto");
  private static final String LOCK = "package-lock.json";
  private static final String MODULES = "node_modules";
  private static final String NPM = ClientProject.script("npm", ".cmd");
  private static final Pattern TESTS = Pattern.compile("\\btests (\\d+)\\R");
  private static final int FEWEST_TESTS = 30;

  @BeforeEach
  void nodeIsThere() throws Exception {
    boolean there = runs("node") && runs(NPM);
    if ("true".equals(System.getenv("CI"))) {
      assertTrue(there, "CI needs node 20 or newer and npm");
    }
    assumeTrue(there, "node 20 or newer and npm are not there");
  }

  private static boolean runs(String tool) throws InterruptedException {
    try {
      ClientProject.Ending ending =
          new ClientProject(Path.of("."), Map.of()).run(tool, "--version");
      return ending.exitCode() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  @Test
  void theyAreServed() throws Exception {
    install();
    try (FerryProcess ferry =
        FerryLaunch.models(TestModels.FOLDER)
            .with("ferry.models.default", "tiny-bert-embed")
            .start()) {
      ClientProject clients =
          new ClientProject(
              COPY,
              Map.of(
                  "FERRY",
                  "http://localhost:" + ferry.applicationPort(),
                  "FERRY_GRPC",
                  "localhost:" + ferry.grpcPort(),
                  "FERRY_PROTO",
                  PROTO.toAbsolutePath().toString(),
                  "FERRY_MODELS",
                  TestModels.FOLDER.toAbsolutePath().toString()));

      String report = clients.mustRun("node", "--test", "--test-reporter=spec");

      Matcher tests = TESTS.matcher(report);
      assertTrue(tests.find() && Integer.parseInt(tests.group(1)) >= FEWEST_TESTS, report);
    }
  }

  /** Installs what the lock file names, unless that is there from the last time. */
  private static void install() throws IOException, InterruptedException {
    Path installed = COPY.resolve(MODULES).resolve(LOCK);
    Path lock = SOURCES.resolve(LOCK);
    boolean upToDate = Files.exists(installed) && Files.mismatch(installed, lock) < 0;
    copySources();
    if (!upToDate) {
      new ClientProject(COPY, Map.of()).mustRun(NPM, "ci", "--prefer-offline");
      Files.copy(lock, installed);
    }
  }

  /** Makes the copy what the sources are: also without files that they have no more. */
  private static void copySources() throws IOException {
    Files.createDirectories(COPY);
    for (Path old : files(COPY)) {
      if (Files.isRegularFile(old)) {
        Files.delete(old);
      }
    }
    for (Path file : files(SOURCES)) {
      Files.copy(file, COPY.resolve(SOURCES.relativize(file)));
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
