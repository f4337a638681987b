package io.ferry.openinference;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Parameters of a request, an input or an output: what the protocol leaves to servers, and what
 * Triton's extensions say with it. None is ignored: {@link #known} refuses the others.
 *
 * @param of whose they are, for messages, such as {@code the request}
 * @param values by name
 */
public record Parameters(String of, Map<String, Value> values) {

  /** The request's {@code timeout}, in microseconds; 0: the server's own. */
  public static final String TIMEOUT = "timeout";

  /** The request's {@code priority}: 1 is the most urgent, 0 the default. */
  public static final String PRIORITY = "priority";

  /** An output's {@code classification}: so many of its highest values, not the tensor. */
  public static final String CLASSIFICATION = "classification";

  /** 1 of Triton's is 9 of Ferry's, which counts the other way. */
  private static final long FIRST_PRIORITY = 10;

  /** Of the protocol's extensions, but not of Ferry's. */
  private static final Map<String, String> NOT_DONE =
      Map.of(
          "sequence_id", "Ferry keeps nothing from one request to the next",
          "sequence_start", "Ferry keeps nothing from one request to the next",
          "sequence_end", "Ferry keeps nothing from one request to the next",
          "shared_memory_region", "Ferry shares no memory with clients; send the data",
          "shared_memory_offset", "Ferry shares no memory with clients; send the data",
          "shared_memory_byte_size", "Ferry shares no memory with clients; send the data");

  /** A value. */
  public sealed interface Value {
    /** True or false. */
    record Truth(boolean value) implements Value {}

    /** A whole number. */
    record Whole(long value) implements Value {}

    /** A number with a fraction, or one that 64 bits do not hold. */
    record Decimal(double value) implements Value {}

    /** A text. */
    record Text(String value) implements Value {}
  }

  /** Copies the map. */
  public Parameters {
    values = Map.copyOf(values);
  }

  /** No parameters. */
  public static Parameters none(String of) {
    return new Parameters(of, Map.of());
  }

  /**
   * Checks that there are no others than these.
   *
   * @throws MalformedException if there is one; the message names it
   * @throws UnfitException if it is one of the protocol's extensions that Ferry has not
   */
  public void known(List<String> names) throws MalformedException, UnfitException {
    for (String name : values.keySet().stream().sorted().toList()) {
      if (NOT_DONE.containsKey(name)) {
        throw new UnfitException(
            Flaw.UNSUPPORTED,
            "the parameter \"%s\" of %s: %s".formatted(name, of, NOT_DONE.get(name)));
      }
      if (!names.contains(name)) {
        throw new MalformedException(
            "unknown parameter \"%s\" of %s; there %s"
                .formatted(
                    Quotation.clip(name),
                    of,
                    names.isEmpty() ? "are none" : "are " + String.join(", ", names)));
      }
    }
  }

  /**
   * A whole number.
   *
   * @throws MalformedException if it is something else
   */
  public OptionalLong whole(String name) throws MalformedException {
    Value value = values.get(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (value instanceof Value.Whole(long whole)) {
      return OptionalLong.of(whole);
    }
    throw wrong(name, "a whole number");
  }

  /**
   * True or false.
   *
   * @throws MalformedException if it is something else
   */
  public Optional<Boolean> truth(String name) throws MalformedException {
    Value value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Value.Truth(boolean truth)) {
      return Optional.of(truth);
    }
    throw wrong(name, "true or false");
  }

  private MalformedException wrong(String name, String expected) {
    return new MalformedException(
        "the parameter \"%s\" of %s must be %s".formatted(name, of, expected));
  }

  private OptionalLong countFromZero(String name) throws MalformedException {
    OptionalLong whole = whole(name);
    if (whole.orElse(0) < 0) {
      throw wrong(name, "0 or more");
    }
    return whole;
  }

  /**
   * How long the caller waits: {@link #TIMEOUT}.
   *
   * @throws MalformedException if it is no whole number, or negative
   */
  public Optional<Duration> timeout() throws MalformedException {
    long micros = countFromZero(TIMEOUT).orElse(0);
    return micros == 0
        ? Optional.empty()
        // Longer than any server waits is as good as for ever, and does not overflow.
        : Optional.of(Duration.ofNanos(Math.min(micros, Long.MAX_VALUE / 1000) * 1000));
  }

  /**
   * {@link #PRIORITY} as Ferry counts, 0 to 9, higher sooner: 1 is 9, 2 is 8, and so on; 10 and
   * more are 0.
   *
   * @return empty for the default
   * @throws MalformedException if it is no whole number, or negative
   */
  public OptionalLong priority() throws MalformedException {
    long priority = countFromZero(PRIORITY).orElse(0);
    return priority == 0
        ? OptionalLong.empty()
        : OptionalLong.of(FIRST_PRIORITY - Math.min(priority, FIRST_PRIORITY));
  }

  /**
   * {@link #CLASSIFICATION}.
   *
   * @return 0 if the tensor itself is asked for
   * @throws MalformedException if it is no whole number, or negative
   */
  public int classes() throws MalformedException {
    return (int) Math.min(Integer.MAX_VALUE, countFromZero(CLASSIFICATION).orElse(0));
  }
}
