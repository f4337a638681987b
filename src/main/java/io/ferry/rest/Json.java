package io.ferry.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.ferry.protocol.Quotation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reading and writing JSON without a framework in between, so that every mistake gets our answer.
 */
public final class Json {

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          // Jackson's own choice keeps buffers for each thread: here that is for each request, for
          // as long as it waits.
          .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // The body's own limit bounds a text.
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /** What a document must keep to. */
  static final String LIMITS =
      "the body may nest %d levels deep, with numbers of %d digits and names of %d characters at most"
          .formatted(
              FACTORY.streamReadConstraints().getMaxNestingDepth(),
              FACTORY.streamReadConstraints().getMaxNumberLength(),
              FACTORY.streamReadConstraints().getMaxNameLength());

  private static final ObjectReader READER =
      JsonMapper.builder(FACTORY).build().readerFor(JsonNode.class);

  /**
   * What a number takes as JSON while an answer is made: 13 characters, once in {@link Blocks} and
   * once in the array that is sent.
   */
  public static final int NUMBER_BYTES = 26;

  private static final int DECODED_AT_ONCE = 8192;

  /** Writes to a generator. */
  @FunctionalInterface
  public interface Writing {
    /**
     * Writes one value.
     *
     * @throws IOException if the generator cannot
     */
    void to(JsonGenerator json) throws IOException;
  }

  private Json() {}

  /**
   * Parses a whole document. Twice the same key, or anything after the value, is a mistake.
   *
   * @return the value; the missing node if there is nothing but space
   * @throws IOException if it is not JSON in UTF-8
   */
  public static JsonNode parse(byte[] document) throws IOException {
    // The parser's own decoder lets overlong forms pass, and guesses at UTF-16; Java's is strict.
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
    try (JsonParser parser = FACTORY.createParser(withoutByteOrderMark(text))) {
      if (parser.nextToken() == null) {
        return MissingNode.getInstance();
      }
      JsonNode value = READER.readTree(parser);
      if (parser.nextToken() != null) {
        // Jackson's own check would name its classes to the caller.
        throw new JsonParseException(parser, "there is more after the end of the value");
      }
      return value;
    }
  }

  /**
   * A parser for what is too large to become a tree. Its offsets count from the document's
   * beginning.
   *
   * @param from where the document begins in the array
   * @param to where it ends, exclusive
   * @throws IOException if it is not in UTF-8
   */
  public static JsonParser parser(byte[] array, int from, int to) throws IOException {
    checkUtf8(ByteBuffer.wrap(array, from, to - from));
    return FACTORY.createParser(array, from, to - from);
  }

  /**
   * A parser for one value of a document that {@link #parser} was made for: what is around the
   * value is not looked at again, and neither is whether it is UTF-8.
   *
   * @param from where the value begins in the array
   * @param to where it ends, exclusive
   * @throws IOException as Jackson declares it
   */
  public static JsonParser valueAgain(byte[] array, int from, int to) throws IOException {
    return FACTORY.createParser(array, from, to - from);
  }

  /** Java's decoder is strict; the parser's own lets overlong forms pass, and guesses at UTF-16. */
  private static void checkUtf8(ByteBuffer document) throws CharacterCodingException {
    for (int i = document.position();
        i < Math.min(document.limit(), document.position() + 4);
        i++) {
      if (document.get(i) == 0) {
        // Only UTF-16 and UTF-32 begin so, and the parser would take them.
        throw new MalformedInputException(1);
      }
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer dropped = CharBuffer.allocate(DECODED_AT_ONCE);
    CoderResult result;
    do {
      result = decoder.decode(document, dropped.clear(), true);
      if (result.isError()) {
        result.throwException();
      }
    } while (result.isOverflow());
  }

  /** Some clients send one; RFC 8259 lets a parser ignore it. */
  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** What a value is, in words for the caller. */
  public static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> "the number " + Quotation.clip(value.asText());
      case STRING -> "a text";
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      case BINARY, MISSING, POJO -> value.getNodeType().name().toLowerCase(Locale.ROOT);
    };
  }

  /**
   * Writes a vector as a list of numbers.
   *
   * @throws IOException if the generator cannot
   */
  public static void write(float[] vector, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (float number : vector) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  /**
   * Writes a vector as base64 of its numbers: float32, little-endian.
   *
   * @throws IOException if the generator cannot
   */
  public static void writeBase64(float[] vector, JsonGenerator json) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    json.writeBinary(bytes.array());
  }

  /** What is written, in UTF-8. */
  public static byte[] bytes(Writing writing) {
    Blocks bytes = new Blocks();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      writing.to(json);
    } catch (IOException memoryDoesNotFail) {
      throw new UncheckedIOException(memoryDoesNotFail);
    }
    return bytes.bytes();
  }
}
