package io.ferry.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.openinference.Parameters.Value;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No parameter is ignored, and Triton's priority and timeout become Ferry's. */
class ParametersTest {

  private static Parameters of(String name, Value value) {
    return new Parameters("the request", Map.of(name, value));
  }

  private static Parameters of(String name, long value) {
    return of(name, new Value.Whole(value));
  }

  private static String malformed(Executable reading) {
    return assertThrows(MalformedException.class, reading).explanation();
  }

  @ParameterizedTest
  @CsvSource({"1, 9", "2, 8", "5, 5", "6, 4", "9, 1", "10, 0", "11, 0", "9223372036854775807, 0"})
  void oneIsTheMostUrgent(long tritons, long ferrys) throws Exception {
    assertEquals(OptionalLong.of(ferrys), of(Parameters.PRIORITY, tritons).priority());
  }

  @Test
  void zeroIsTheDefault() throws Exception {
    assertEquals(OptionalLong.empty(), of(Parameters.PRIORITY, 0).priority());
    assertEquals(OptionalLong.empty(), Parameters.none("the request").priority());
    assertEquals(Optional.empty(), of(Parameters.TIMEOUT, 0).timeout());
    assertEquals(Optional.empty(), Parameters.none("the request").timeout());
    assertEquals(0, Parameters.none("an output").classes());
  }

  @Test
  void aTimeoutIsInMicroseconds() throws Exception {
    assertEquals(Optional.of(Duration.ofNanos(1_500_000)), of(Parameters.TIMEOUT, 1500).timeout());
    assertEquals(
        Optional.of(Duration.ofNanos(9_223_372_036_854_775_000L)),
        of(Parameters.TIMEOUT, Long.MAX_VALUE).timeout());
  }

  @Test
  void classesAreSoManyAtMost() throws Exception {
    assertEquals(3, of(Parameters.CLASSIFICATION, 3).classes());
    assertEquals(Integer.MAX_VALUE, of(Parameters.CLASSIFICATION, Long.MAX_VALUE).classes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"priority", "timeout", "classification"})
  void theyAreWholeNumbersFromZero(String name) {
    for (long value : new long[] {-1, Long.MIN_VALUE}) {
      assertEquals(
          "the parameter \"%s\" of the request must be 0 or more".formatted(name),
          malformed(() -> read(name, of(name, value))));
    }
    for (Value value : List.of(new Value.Text("1"), new Value.Truth(true), new Value.Decimal(1))) {
      assertEquals(
          "the parameter \"%s\" of the request must be a whole number".formatted(name),
          malformed(() -> read(name, of(name, value))));
    }
  }

  private static void read(String name, Parameters parameters) throws MalformedException {
    switch (name) {
      case "priority" -> parameters.priority();
      case "timeout" -> parameters.timeout();
      default -> parameters.classes();
    }
  }

  @Test
  void truthIsNoNumber() throws Exception {
    assertEquals(Optional.of(true), of("b", new Value.Truth(true)).truth("b"));
    assertEquals(Optional.empty(), of("b", new Value.Truth(true)).truth("c"));
    assertEquals(
        "the parameter \"b\" of the request must be true or false",
        malformed(() -> of("b", 1).truth("b")));
  }

  @Test
  void anUnknownOneIsNamed() throws Exception {
    Parameters parameters = of("temperature", new Value.Decimal(0.5));

    parameters.known(List.of("temperature"));
    assertEquals(
        "unknown parameter \"temperature\" of the request; there are timeout, priority",
        malformed(() -> parameters.known(List.of("timeout", "priority"))));
    assertEquals(
        "unknown parameter \"temperature\" of the request; there are none",
        malformed(() -> parameters.known(List.of())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sequence_id",
        "sequence_start",
        "sequence_end",
        "shared_memory_region",
        "shared_memory_offset",
        "shared_memory_byte_size"
      })
  void whatTritonHasAndFerryHasNotIsSaidToBeSo(String name) {
    UnfitException refused =
        assertThrows(UnfitException.class, () -> of(name, 1).known(List.of("timeout")));

    assertEquals(Flaw.UNSUPPORTED, refused.outcome().flaw());
    String message = refused.outcome().message();
    assertTrue(
        message.startsWith("the parameter \"%s\" of the request: Ferry ".formatted(name)), message);
  }
}
