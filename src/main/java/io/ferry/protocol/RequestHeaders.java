package io.ferry.protocol;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * What a request of any protocol may say in headers.
 *
 * @param timeoutMillis {@code x-request-timeout-ms}
 * @param priority {@code x-priority}
 */
public record RequestHeaders(OptionalLong timeoutMillis, OptionalLong priority) {

  /**
   * Reads the headers.
   *
   * @param headers a header's value by its name
   * @throws MalformedException if one is no whole number
   */
  public static RequestHeaders of(Function<String, Optional<String>> headers)
      throws MalformedException {
    return new RequestHeaders(whole(headers, "x-request-timeout-ms"), whole(headers, "x-priority"));
  }

  private static OptionalLong whole(Function<String, Optional<String>> headers, String name)
      throws MalformedException {
    Optional<String> value = headers.apply(name).map(String::strip).filter(it -> !it.isEmpty());
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(value.get()));
    } catch (NumberFormatException notANumber) {
      throw new MalformedException("the header " + name + " must be a whole number");
    }
  }

  /** How long the caller waits. */
  public Optional<Duration> timeout() {
    return millis(timeoutMillis);
  }

  /** Longer than any server waits is as good as for ever, and does not overflow. */
  public static Optional<Duration> millis(OptionalLong millis) {
    return millis.isEmpty()
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.clamp(millis.getAsLong(), 0, Integer.MAX_VALUE)));
  }
}
