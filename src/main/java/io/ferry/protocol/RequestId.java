package io.ferry.protocol;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** What every answer of every protocol carries: {@code x-request-id}. */
public final class RequestId {

  /** The name of the header. */
  public static final String HEADER = "x-request-id";

  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,128}");

  private RequestId() {}

  /** The caller's own if it is fit to print, else a new one. */
  public static String of(Optional<String> given) {
    return given
        .filter(it -> PRINTABLE.matcher(it).matches())
        .orElseGet(() -> UUID.randomUUID().toString());
  }
}
