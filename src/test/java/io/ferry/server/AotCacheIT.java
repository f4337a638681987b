package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that makes the AOT cache, as the image and people run it, and what it makes. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class AotCacheIT {

  private static final Path SCRIPT = Path.of("src/main/docker/aot-cache.sh").toAbsolutePath();

  @TempDir private Path scratch;

  private record Ending(int exitCode, String output) {}

  @Test
  void aServerStartsFromTheCacheAndAnswers() throws Exception {
    Path cache = scratch.resolve("ferry.aot");
    Ending made = script(application().toString(), cache.toString());
    assertEquals(0, made.exitCode(), made.output());
    FerryLaunch launch =
        FerryLaunch.embedded()
            .with("ferry.shutdown.grace", "0ms")
            // Such a JVM does not start if it cannot use the cache.
            .withEnvironment(
                "JAVA_TOOL_OPTIONS", "-XX:AOTMode=on -XX:AOTCache=%s".formatted(cache));
    try (FerryProcess ferry = launch.start()) {
      assertEquals(200, ferry.process("{\"input\":\"Guten Tag\"}").statusCode());
    }
  }

  @Test
  void aTrainingRunThatDoesNotStartIsToldAndLeavesNoCache() throws Exception {
    Path cache = scratch.resolve("ferry.aot");
    Ending failed = script(scratch.toString(), cache.toString());
    assertEquals(1, failed.exitCode(), failed.output());
    assertTrue(failed.output().contains("ended before it was ready"), failed.output());
    assertFalse(Files.exists(cache));
  }

  private static Path application() {
    return Path.of(System.getProperty("ferry.test.application", "")).toAbsolutePath().getParent();
  }

  private Ending script(String... arguments) throws IOException, InterruptedException {
    Path output = scratch.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(SCRIPT.toString()).redirectErrorStream(true);
    builder.command().addAll(List.of(arguments));
    builder
        .environment()
        .put("JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // As FerryLaunch starts it: a cache is good for the options it was made with.
    builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    Process process = builder.redirectOutput(output.toFile()).start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), () -> "the script does not end");
      return new Ending(process.exitValue(), Files.readString(output));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
