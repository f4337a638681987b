package io.ferry.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How to start the packaged server as a process of its own: on free ports, with the JDK that runs
 * the test.
 *
 * @param properties as {@code -Dkey=value}
 * @param environment added to the test's own
 * @param workingDirectory where it starts
 */
record FerryLaunch(
    Map<String, String> properties, Map<String, String> environment, Path workingDirectory) {

  private static final int MOST_SECONDS_TO_FAIL = 60;

  /** What a process that ended by itself left behind. */
  record Ending(int exitCode, String output, String errors) {}

  /** With nothing set but free ports: the embedded model. */
  static FerryLaunch embedded() {
    return new FerryLaunch(
        Map.of("quarkus.http.port", "0", "quarkus.management.port", "0", "ferry.grpc.port", "0"),
        Map.of(),
        Path.of("."));
  }

  /** On the pretend accelerator. */
  static FerryLaunch simulated() {
    return embedded().with("ferry.device", "simulated").with("ferry.shutdown.grace", "0ms");
  }

  /**
   * On a pretend accelerator where a character takes a millisecond and every row runs alone: a text
   * of 2,000 characters is a pass of two seconds.
   *
   * @param capacity rows that may wait
   */
  static FerryLaunch rowByRow(int capacity) {
    return simulated()
        .with("ferry.simulated.fixed", "0ms")
        .with("ferry.simulated.per-row", "0ms")
        .with("ferry.simulated.per-token", "1ms")
        .with("ferry.batching.max-tokens", "1")
        .with("ferry.queue.capacity", Integer.toString(capacity))
        .with("ferry.limits.max-rows", Integer.toString(capacity));
  }

  /** With a folder of models. */
  static FerryLaunch models(Path directory) {
    return embedded()
        .with("ferry.shutdown.grace", "0ms")
        .withEnvironment("FERRY_MODELS_DIRECTORY", directory.toString());
  }

  /** With a system property. */
  FerryLaunch with(String key, String value) {
    return new FerryLaunch(and(properties, key, value), environment, workingDirectory);
  }

  /** With an environment variable. */
  FerryLaunch withEnvironment(String name, String value) {
    return new FerryLaunch(properties, and(environment, name, value), workingDirectory);
  }

  /** In this directory. */
  FerryLaunch in(Path directory) {
    return new FerryLaunch(properties, environment, directory);
  }

  private static Map<String, String> and(Map<String, String> map, String key, String value) {
    Map<String, String> larger = new TreeMap<>(map);
    larger.put(key, value);
    return larger;
  }

  /** Starts the server and waits until it is ready. */
  FerryProcess start() throws IOException, InterruptedException {
    return FerryProcess.ready(builder().redirectErrorStream(true).start());
  }

  /** Starts the server; its models may load still, or never. */
  FerryProcess startListening() throws IOException, InterruptedException {
    return FerryProcess.listening(builder().redirectErrorStream(true).start());
  }

  /** Runs a server that is expected to refuse its start. */
  Ending startInVain(Path scratch) throws IOException, InterruptedException {
    Path output = scratch.resolve("output");
    Path errors = scratch.resolve("errors");
    Process process =
        builder().redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
    try {
      if (!process.waitFor(MOST_SECONDS_TO_FAIL, TimeUnit.SECONDS)) {
        throw new AssertionError("the server did not refuse its start: " + this);
      }
      return new Ending(process.exitValue(), Files.readString(output), Files.readString(errors));
    } finally {
      process.destroyForcibly();
    }
  }

  private ProcessBuilder builder() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // A short life: quick to start, and no more threads than needed.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    String application = System.getProperty("ferry.test.application", "");
    command.addAll(List.of("-jar", Path.of(application).toAbsolutePath().toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    builder.environment().putAll(environment);
    return builder;
  }
}
