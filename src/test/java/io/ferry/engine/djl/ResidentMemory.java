package io.ferry.engine.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the process holds of the machine's memory, native memory included. Linux only. */
public final class ResidentMemory {

  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private ResidentMemory() {}

  /** Mebibytes now. */
  public static long mebibytes() throws IOException {
    Matcher rss = RSS.matcher(Files.readString(Path.of("/proc/self/status")));
    if (!rss.find()) {
      throw new IOException("no VmRSS in /proc/self/status");
    }
    return Long.parseLong(rss.group(1)) / 1024;
  }
}
