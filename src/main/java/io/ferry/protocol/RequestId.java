package io.ferry.protocol;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every answer of every protocol carries: {@code x-request-id}. */
public final class RequestId {

  /** The name of the header. */
  public static final String HEADER = "x-request-id";

  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private RequestId() {}

  /** The caller's own if it is fit to print, else a new one. */
  public static String of(@Nullable String given) {
    return given != null && PRINTABLE.matcher(given).matches()
        ? given
        : UUID.randomUUID().toString();
  }
}
