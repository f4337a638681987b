package io.ferry.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "4d6c-1", "~!", "0123456789"})
  void whatCanBePrintedIsKept(String given) {
    assertEquals(given, RequestId.of(Optional.of(given)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "ä", "a\nb", "a\u0000"})
  void otherwiseANewOneIsMade(String given) {
    assertTrue(RequestId.of(Optional.of(given)).matches("[0-9a-f-]{36}"));
  }

  @Test
  void noneAndTooLongOnesAreMadeToo() {
    assertNotEquals(RequestId.of(Optional.empty()), RequestId.of(Optional.empty()));
    assertEquals(128, RequestId.of(Optional.of("x".repeat(128))).length());
    assertEquals(36, RequestId.of(Optional.of("x".repeat(129))).length());
  }
}
