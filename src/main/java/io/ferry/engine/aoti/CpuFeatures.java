package io.ferry.engine.aoti;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What this machine's processor can do. Code that was compiled for more ends the process with an
 * illegal instruction, so it must not be loaded.
 *
 * @param flags as the kernel lists them, such as {@code avx2}
 */
record CpuFeatures(Set<String> flags) {

  private static final Path KERNEL = Path.of("/proc/cpuinfo");

  CpuFeatures {
    flags = Set.copyOf(flags);
  }

  /** This machine's; empty where the kernel does not tell. */
  static CpuFeatures here() {
    try (Stream<String> lines = Files.lines(KERNEL)) {
      return of(lines);
    } catch (IOException untold) {
      return new CpuFeatures(Set.of());
    }
  }

  /** Those of the first processor in a text in the kernel's form. */
  static CpuFeatures of(Stream<String> cpuinfo) {
    return new CpuFeatures(
        cpuinfo
            // Of x86 and of ARM.
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .findFirst()
            .map(line -> line.substring(line.indexOf(':') + 1).strip().split("\\s+"))
            .map(flags -> Set.copyOf(Arrays.asList(flags)))
            .orElse(Set.of()));
  }

  /** Those of the wanted ones that are not there. */
  List<String> missing(List<String> wanted) {
    return wanted.stream().filter(it -> !flags.contains(it)).toList();
  }
}
