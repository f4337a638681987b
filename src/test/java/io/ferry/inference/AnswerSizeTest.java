package io.ferry.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerSizeTest {

  private static final List<ModelInput> ROWS =
      List.of(new Encoding(new long[1]), new Encoding(new long[5]), new Encoding(new long[3]));

  @Test
  void everyTokenCounts() {
    assertEquals(90, new AnswerSize(10, false).bytes(ROWS));
    assertEquals(0, AnswerSize.SMALL.bytes(ROWS));
  }

  @Test
  void whatIsFilledUpCountsAsLongAsTheLongest() {
    assertEquals(150, new AnswerSize(10, true).bytes(ROWS));
  }
}
