package io.ferry.engine.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process holds of the machine's memory, native memory included. Linux only. */
public final class ResidentMemory {

  private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private ResidentMemory() {}

  /** Mebibytes of this process now. */
  public static long mebibytes() throws IOException {
    return mebibytes(ProcessHandle.current().pid());
  }

  /** Mebibytes of a process now. */
  public static long mebibytes(long pid) throws IOException {
    Path status = Path.of("/proc", String.valueOf(pid), "status");
    Matcher rss = RSS.matcher(Files.readString(status));
    if (!rss.find()) {
      throw new IOException("no VmRSS in " + status);
    }
    return Long.parseLong(rss.group(1)) / 1024;
  }
}
