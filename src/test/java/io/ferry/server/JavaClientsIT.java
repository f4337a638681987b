package io.ferry.server;

import io.ferry.TestModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The clients that people have on the JVM, see src/test/clients: a Maven build of their own, so
 * that each has the libraries that its users get.
 */
class JavaClientsIT {

  @Test
  void theyAreServed() throws Exception {
    try (FerryProcess ferry =
        FerryLaunch.models(TestModels.FOLDER)
            .with("ferry.models.default", "tiny-bert-embed")
            .start()) {
      List<String> maven = new ArrayList<>();
      maven.add(Path.of(ClientProject.script("mvnw", ".cmd")).toAbsolutePath().toString());
      maven.addAll(
          List.of("--batch-mode", "--fail-at-end", "-f", "src/test/clients/pom.xml", "test"));
      maven.add("-Dferry=http://localhost:" + ferry.applicationPort());
      maven.add("-Dferry.models=" + TestModels.FOLDER.toAbsolutePath());
      String repository = System.getProperty("maven.repo.local", "");
      if (!repository.isEmpty()) {
        maven.add("-Dmaven.repo.local=" + repository);
      }

      new ClientProject(Path.of("."), Map.of("JAVA_HOME", System.getProperty("java.home")))
          .mustRun(maven.toArray(String[]::new));
    }
  }
}
