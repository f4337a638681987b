package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** What all native calls share. */
final class Calls {

  /** Longer texts of libraries are cut. */
  private static final long LONGEST_TEXT = 1L << 20;

  private Calls() {}

  /**
   * What a method handle threw that natives cannot throw: a bug of the caller's, or an error of the
   * JVM's.
   */
  static RuntimeException unexpected(Throwable thrown) {
    return unexpected(thrown, RuntimeException.class);
  }

  /**
   * The same, where one kind is expected.
   *
   * @return what was thrown, if it is of this kind
   */
  static <E extends Exception> E unexpected(Throwable thrown, Class<E> expected) {
    return switch (thrown) {
      case Error error -> throw error;
      case RuntimeException bug -> throw bug;
      case Throwable known when expected.isInstance(known) -> expected.cast(known);
      case Throwable unknown -> throw new IllegalStateException(unknown);
    };
  }

  /** A text of the library's, copied; empty where there is none. */
  @SuppressWarnings("restricted")
  static String text(MemorySegment pointer) {
    if (pointer.address() == 0) {
      return "";
    }
    MemorySegment bytes = pointer.reinterpret(LONGEST_TEXT);
    long end = 0;
    while (end < LONGEST_TEXT && bytes.get(JAVA_BYTE, end) != 0) {
      end++;
    }
    return new String(bytes.asSlice(0, end).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
  }
}
