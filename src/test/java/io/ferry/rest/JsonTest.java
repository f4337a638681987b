package io.ferry.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class JsonTest {

  @Test
  void writesWhatItReads() throws Exception {
    String document = "{\"a\":[1,2.5,\"ü👍\\n\\\"\",null,true],\"b\":{}}";
    byte[] written =
        Json.bytes(json -> json.writeRawValue(Json.parse(document.getBytes(UTF_8)).toString()));
    assertEquals(document, new String(written, UTF_8));
  }

  @Test
  void readsWithOrWithoutSpaceAround() throws Exception {
    assertEquals(Json.parse("{}".getBytes(UTF_8)), Json.parse(" \n{ }\t\r\n ".getBytes(UTF_8)));
  }

  @Test
  void ignoresAByteOrderMark() throws Exception {
    assertEquals(Json.parse("{}".getBytes(UTF_8)), Json.parse("\uFEFF{}".getBytes(UTF_8)));
  }

  @Test
  void readsATextLongerThanJacksonTakesOfItself() throws Exception {
    int length = 20_000_001;
    byte[] document = ("\"" + "a".repeat(length) + "\"").getBytes(UTF_8);
    assertEquals(length, Json.parse(document).textValue().length());
  }

  @Test
  void refusesASecondDocument() {
    assertThrows(IOException.class, () -> Json.parse("{} {}".getBytes(UTF_8)));
  }

  @Test
  void refusesTheSameKeyTwiceAtAnyDepth() {
    assertThrows(
        IOException.class, () -> Json.parse("{\"a\":[{\"b\":1,\"b\":1}]}".getBytes(UTF_8)));
  }

  @Test
  void aWriterThatFailsIsABug() {
    assertThrows(
        UncheckedIOException.class,
        () ->
            Json.bytes(
                json -> {
                  throw new IOException("as the test says");
                }));
  }
}
