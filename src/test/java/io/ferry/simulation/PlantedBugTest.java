package io.ferry.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who watches the simulation: it must fail on bugs that other servers have had. Each is planted
 * into the production source, compiled aside, and simulated. A change that makes a bug impossible
 * to plant here fails this test, too; then plant it where it would be now.
 */
class PlantedBugTest {

  private static final int SEEDS = 200;
  private static final Path SOURCES = Path.of("src/main/java/io/ferry/batching");

  /**
   * A bug.
   *
   * @param name what it is
   * @param file where it goes
   * @param edits what is replaced, each text once in the file, and by what
   */
  private record Bug(String name, String file, List<Edit> edits) {
    @Override
    public String toString() {
      return name;
    }
  }

  private record Edit(String from, String to) {}

  static Stream<Bug> bugs() {
    return Stream.of(
        new Bug(
            "max-wait counts from the look at the queue, not from the arrival",
            "BatchFormer.java",
            List.of(
                new Edit(
                    "private boolean draining;", "private boolean draining; private long look;"),
                new Edit(
                    "    if (due > now) {",
                    "    if (due != NOW && policy.maxWait() instanceof MaxWait.Fixed(var wait)) {"
                        + " if (look == 0) look = now; due = look + wait.toNanos(); }"
                        + " if (due > now) {"),
                new Edit(
                    "Dispatch batch = choice.choose(",
                    "look = 0; Dispatch batch = choice.choose("))),
        new Bug(
            "who was left for being late leaves the queue",
            "MemberChoice.java",
            List.of(
                new Edit(
                    "      members = inTime(candidates, members, now);\n",
                    "      var kept = inTime(candidates, members, now);"
                        + " members.stream().filter(it -> !kept.contains(it)).toList()"
                        + ".forEach(waiting::remove); members = kept;\n"))),
        new Bug(
            "answers are taken from the row beside it",
            "BatchExecution.java",
            List.of(
                new Edit(
                    "Prediction prediction = entry.answer().orElseThrow();",
                    "Prediction prediction = entries.get((entries.indexOf(entry) + 1)"
                        + " % entries.size()).answer().orElseThrow();"))),
        new Bug(
            "a batch that fails ends the loop",
            "GuardedPass.java",
            List.of(new Edit("return new PassResult.Faulted(bug);", "throw bug;"))),
        new Bug(
            "a withdrawn row keeps its place",
            "RequestQueue.java",
            List.of(new Edit("admission.release(1);", ""))),
        new Bug(
            "expired and cancelled rows are run",
            "BatchExecution.java",
            List.of(new Edit("} else if (!entry.ended()) {", "} else {"))),
        new Bug(
            "a batch is not limited in tokens",
            "MemberChoice.java",
            List.of(
                new Edit(
                    "return (long) rows * longest <= policy.maxTokens();", "return rows > 0;"))),
        new Bug(
            "an arrival does not wake the lane",
            "RequestQueue.java",
            List.of(new Edit("          lane = scheduler.laneToWake(ticker.nanos());\n", ""))),
        new Bug(
            "a model leaves memory while a lane is in it",
            "RequestQueue.java",
            List.of(new Edit("          && inFlight.get() == 0\n", ""))),
        new Bug(
            "a first pass does not keep its model in memory",
            "Flow.java",
            List.of(
                new Edit(
                    "return choresRunning == 0 && queue.drained();", "return queue.drained();"))),
        new Bug(
            "a lost device's model leaves memory while another lane is in it",
            "DeviceScheduler.java",
            List.of(new Edit("left = lost && !flow.laneInside();", "left = lost;"))),
        new Bug(
            "a model that is read past the server's end is waited for for ever",
            "DeviceScheduler.java",
            List.of(new Edit("afterTheEnd = !lost && lanesEnd();", "afterTheEnd = false;"))),
        new Bug(
            "a lane that leaves a batch behind wakes no other",
            "DeviceScheduler.java",
            List.of(new Edit("        another = laneToWake(now);\n", ""))),
        new Bug(
            "a failed batch fails every row",
            "BatchExecution.java",
            List.of(new Edit("if (part.size() == 1) {", "if (part.size() >= 1) {"))));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isFoundByTheSimulation(Bug bug, @TempDir Path classes) throws Exception {
    compile(bug, classes);
    URL[] path = {classes.toUri().toURL(), Path.of("target/test-classes").toUri().toURL()};
    int found = 0;
    try (URLClassLoader loader = new FerryFirst(path, getClass().getClassLoader())) {
      for (long seed = 0; seed < SEEDS && found == 0; seed++) {
        found += fails(loader, seed) ? 1 : 0;
      }
    }
    assertTrue(found > 0, "no seed of " + SEEDS + " finds it");
  }

  private static void compile(Bug bug, Path classes) throws IOException {
    Path edited = classes.resolve("edited").resolve(bug.file());
    Files.createDirectories(edited.getParent());
    String source = Files.readString(SOURCES.resolve(bug.file()));
    for (Edit edit : bug.edits()) {
      assertEquals(2, source.split(Pattern.quote(edit.from()), -1).length, edit.from());
      source = source.replace(edit.from(), edit.to());
    }
    Files.writeString(edited, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String[] arguments = {
      "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", classPath(), edited.toString()
    };
    assertEquals(0, compiler.run(null, null, null, arguments), "the planted bug compiles");
  }

  /** By hand: continuous testing runs this outside the JVM's own class path. */
  private static String classPath() {
    return Stream.of(Path.of("target/classes"), jarOf(Nullable.class), jarOf(GuardedBy.class))
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path jarOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static boolean fails(ClassLoader loader, long seed) throws Exception {
    Class<?> simulation = loader.loadClass(Simulation.class.getName());
    Constructor<?> constructor = simulation.getDeclaredConstructor(long.class);
    constructor.setAccessible(true);
    Method run = simulation.getDeclaredMethod("run");
    run.setAccessible(true);
    try {
      run.invoke(constructor.newInstance(seed));
      return false;
    } catch (InvocationTargetException found) {
      return true;
    }
  }

  /** Loads the core and its simulation anew, the bug with them; all else as usual. */
  private static final class FerryFirst extends URLClassLoader {

    private final ClassLoader usual;

    FerryFirst(URL[] path, ClassLoader usual) {
      super(path, usual);
      this.usual = usual;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean ours =
          name.startsWith("io.ferry.batching.") || name.startsWith("io.ferry.simulation.");
      if (!ours) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        URL edited = findResource(name.replace('.', '/') + ".class");
        if (edited != null) {
          return findClass(name);
        }
        try (var original = usual.getResourceAsStream(name.replace('.', '/') + ".class")) {
          if (original == null) {
            throw new ClassNotFoundException(name);
          }
          byte[] bytes = original.readAllBytes();
          return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
          throw new ClassNotFoundException(name, unreadable);
        }
      }
    }
  }
}
