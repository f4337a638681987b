package io.ferry.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Cancellation;
import io.ferry.protocol.MalformedException;
import io.grpc.Deadline;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CallTermsTest {

  private static CallTerms terms(Optional<Deadline> deadline, String... metadata) {
    Metadata sent = new Metadata();
    for (int i = 0; i < metadata.length; i += 2) {
      sent.put(Metadata.Key.of(metadata[i], Metadata.ASCII_STRING_MARSHALLER), metadata[i + 1]);
    }
    return new CallTerms(sent, deadline, new Cancellation());
  }

  private static Optional<Deadline> in(long millis) {
    return Optional.of(Deadline.after(millis, TimeUnit.MILLISECONDS));
  }

  @Test
  void headersAreRead() throws Exception {
    CallTerms terms = terms(Optional.empty(), "x-request-timeout-ms", "250", "x-priority", " 7 ");

    assertEquals(Optional.of(Duration.ofMillis(250)), terms.headers().timeout());
    assertEquals(OptionalLong.of(7), terms.headers().priority());
    assertEquals(Optional.empty(), terms.header("x-request-id"));
    assertThrows(
        MalformedException.class, () -> terms(Optional.empty(), "x-priority", "high").headers());
  }

  @Test
  void theShortestWaitHolds() {
    Optional<Duration> minute = Optional.of(Duration.ofMinutes(1));

    assertEquals(Optional.empty(), terms(Optional.empty()).timeout(Optional.empty()));
    assertEquals(minute, terms(Optional.empty()).timeout(minute));
    assertEquals(minute, terms(in(3_600_000)).timeout(minute));
    Duration left = terms(in(10_000)).timeout(minute).orElseThrow();
    assertTrue(left.compareTo(Duration.ofSeconds(10)) <= 0, left::toString);
    assertTrue(left.compareTo(Duration.ofSeconds(5)) > 0, left::toString);
  }

  @Test
  void aDeadlineThatHasPassedIsAboutTo() {
    assertEquals(Optional.of(Duration.ofNanos(1)), terms(in(-5)).timeout(Optional.empty()));
  }

  @Test
  void whoGoesAtTheDeadlineIsNotCancelled() {
    CallTerms expired = terms(in(-5));
    expired.callerGoes();
    assertFalse(expired.cancellation().cancelled());

    CallTerms before = terms(in(60_000));
    before.callerGoes();
    assertTrue(before.cancellation().cancelled());

    CallTerms without = terms(Optional.empty());
    without.callerGoes();
    assertTrue(without.cancellation().cancelled());
  }
}
