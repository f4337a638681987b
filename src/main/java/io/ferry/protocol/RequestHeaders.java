package io.ferry.protocol;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
   * @param headers a header's value by its name; null where there is none
   * @throws MalformedException if one is no whole number
   */
  public static RequestHeaders of(UnaryOperator<@Nullable String> headers)
      throws MalformedException {
    return new RequestHeaders(whole(headers, "x-request-timeout-ms"), whole(headers, "x-priority"));
  }

  private static OptionalLong whole(UnaryOperator<@Nullable String> headers, String name)
      throws MalformedException {
    String value = headers.apply(name);
    if (value == null || value.isBlank()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(value.strip()));
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
