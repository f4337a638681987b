package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlocksTest {

  @Test
  void whatIsWrittenIsThere() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      Blocks blocks = new Blocks();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      int writes = random.nextInt(40);
      for (int i = 0; i < writes; i++) {
        if (random.nextInt(5) == 0) {
          int one = random.nextInt(256);
          blocks.write(one);
          expected.write(one);
        } else {
          byte[] some = new byte[random.nextInt(random.nextInt(20_000) + 1)];
          random.nextBytes(some);
          int from = some.length == 0 ? 0 : random.nextInt(some.length);
          blocks.write(some, from, some.length - from);
          expected.write(some, from, some.length - from);
        }
      }
      assertArrayEquals(expected.toByteArray(), blocks.bytes());
    }
  }

  @Test
  void nothingIsNothing() {
    assertEquals(0, new Blocks().bytes().length);
  }
}
