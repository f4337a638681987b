package io.ferry.grpc;

import io.ferry.inference.Cancellation;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.RequestHeaders;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a call says besides its message.
 *
 * @param metadata of the caller
 * @param deadline of the call, where it has one
 * @param cancellation cancelled when the caller goes away
 */
record CallTerms(Metadata metadata, Optional<Deadline> deadline, Cancellation cancellation) {

  /**
   * Callers cancel at their deadline, and by their clock it comes earlier than by the server's: by
   * as long as the message took to come.
   */
  private static final Duration MOST_ON_THE_WAY = Duration.ofMillis(25);

  /** A header's value; empty where there is none. */
  Optional<String> header(String name) {
    return Optional.ofNullable(
        metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
  }

  /**
   * The headers that requests of all protocols have.
   *
   * @throws MalformedException if one is no whole number
   */
  RequestHeaders headers() throws MalformedException {
    return RequestHeaders.of(this::header);
  }

  /**
   * How long the caller waits from now on: what it says, but not beyond its deadline.
   *
   * @param said in the message or in a header
   */
  Optional<Duration> timeout(Optional<Duration> said) {
    // A deadline that has passed is one that is about to: the pipeline says so, and counts it.
    Optional<Duration> left =
        deadline.map(it -> Duration.ofNanos(Math.max(1, it.timeRemaining(TimeUnit.NANOSECONDS))));
    return Stream.concat(said.stream(), left.stream()).min(Duration::compareTo);
  }

  /** The caller goes away. At its deadline it says so, too; that the pipeline keeps itself. */
  void callerGoes() {
    long left = deadline.map(it -> it.timeRemaining(TimeUnit.NANOSECONDS)).orElse(Long.MAX_VALUE);
    if (left > MOST_ON_THE_WAY.toNanos()) {
      cancellation.cancel();
    }
  }
}
