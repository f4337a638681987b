package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BodyLimitTest {

  private final BodyLimit limit = new BodyLimit(4);

  private Optional<byte[]> read(int bytes) throws Exception {
    return limit.read(new ByteArrayInputStream(new byte[bytes]));
  }

  @Test
  void readsABodyUpToTheLimit() throws Exception {
    assertEquals(0, read(0).orElseThrow().length);
    assertEquals(3, read(3).orElseThrow().length);
    assertEquals(4, read(4).orElseThrow().length);
  }

  @Test
  void refusesALargerOneWithoutReadingItAll() throws Exception {
    assertEquals(Optional.empty(), read(5));
    ByteArrayInputStream large = new ByteArrayInputStream(new byte[1000]);
    assertEquals(Optional.empty(), limit.read(large));
    assertTrue(large.available() >= 990);
  }

  @Test
  void noBodyIsAnEmptyOne() throws Exception {
    assertArrayEquals(new byte[0], limit.read(null).orElseThrow());
  }
}
