package io.ferry.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
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

  @Test
  void writesVectorsAsNumbersThatReadBackTheSame() throws Exception {
    float[] vector = {0, -0f, 1, -2.5f, 0.1f, 1e-10f, Float.MIN_VALUE, Float.MAX_VALUE, 1 / 3f};
    byte[] written = Json.bytes(json -> Json.write(vector, json));
    JsonNode read = Json.parse(written);
    assertEquals(vector.length, read.size());
    for (int i = 0; i < vector.length; i++) {
      assertEquals(vector[i], read.get(i).floatValue());
    }
    assertEquals("[]", new String(Json.bytes(json -> Json.write(new float[0], json)), UTF_8));
  }

  @Test
  void writesVectorsAsBase64OfLittleEndianFloats() {
    // 1.0f is 3f800000, -2.0f is c0000000.
    byte[] written = Json.bytes(json -> Json.writeBase64(new float[] {1, -2}, json));
    assertEquals("\"AACAPwAAAMA=\"", new String(written, UTF_8));
    assertEquals(
        "\"\"", new String(Json.bytes(json -> Json.writeBase64(new float[0], json)), UTF_8));
  }

  @Test
  void base64OfAVectorReadsBackTheSame() {
    float[] vector = {0.1f, Float.MIN_VALUE, Float.MAX_VALUE, -1 / 3f, -0f};
    String text =
        new String(Json.bytes(json -> Json.writeBase64(vector, json)), UTF_8).replace("\"", "");
    float[] read = new float[vector.length];
    ByteBuffer.wrap(Base64.getDecoder().decode(text))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(read);
    assertArrayEquals(vector, read);
  }
}
