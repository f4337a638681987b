package io.ferry.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of its own that is a client of the server, and the tools that run it.
 *
 * @param folder where its tool is started
 * @param environment added to the test's own
 */
record ClientProject(Path folder, Map<String, String> environment) {

  private static final int MOST_MINUTES = 5;
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  /** How it ended, and what it wrote. */
  record Ending(int exitCode, String output) {}

  /** A tool that is a script, by the name that it has on this machine. */
  static String script(String name, String windowsSuffix) {
    return WINDOWS ? name + windowsSuffix : name;
  }

  /** Runs a tool to its end. */
  Ending run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("client", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(new ArrayList<>(List.of(command)))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      try {
        if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
          throw new AssertionError(
              String.join(" ", command) + " does not end:\n" + Files.readString(output));
        }
        return new Ending(process.exitValue(), Files.readString(output));
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } finally {
      Files.delete(output);
    }
  }

  /** Runs a tool that must succeed, and gives what it wrote. */
  String mustRun(String... command) throws IOException, InterruptedException {
    Ending ending = run(command);
    if (ending.exitCode() != 0) {
      throw new AssertionError(
          String.join(" ", command) + " ended with " + ending.exitCode() + ":\n" + ending.output());
    }
    return ending.output();
  }
}
