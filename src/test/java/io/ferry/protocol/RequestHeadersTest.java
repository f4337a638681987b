package io.ferry.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadersTest {

  private static RequestHeaders read(Map<String, String> headers) throws MalformedException {
    return RequestHeaders.of(name -> Optional.ofNullable(headers.get(name)));
  }

  @Test
  void readsBoth() throws Exception {
    assertEquals(
        new RequestHeaders(OptionalLong.of(250), OptionalLong.of(9)),
        read(Map.of("x-request-timeout-ms", " 250 ", "x-priority", "9")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  "})
  void whatIsBlankIsNotThere(String blank) throws Exception {
    RequestHeaders nothing = new RequestHeaders(OptionalLong.empty(), OptionalLong.empty());
    assertEquals(nothing, read(Map.of()));
    assertEquals(nothing, read(Map.of("x-priority", blank, "x-request-timeout-ms", blank)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "1.5", "1s", "0x1", "9223372036854775808", "1,2"})
  void refusesWhatIsNoWholeNumber(String value) {
    for (String name : new String[] {"x-request-timeout-ms", "x-priority"}) {
      assertEquals(
          "the header " + name + " must be a whole number",
          assertThrows(MalformedException.class, () -> read(Map.of(name, value))).explanation());
    }
  }
}
