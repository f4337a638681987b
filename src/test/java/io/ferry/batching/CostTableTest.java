package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class CostTableTest {

  private final CostModel model = new CostModel();
  private final CostTable table = new CostTable(model);

  @Test
  void saysNothingWhileNothingIsKnown() {
    assertFalse(table.known());
    assertEquals(0, table.nanos(1, 1));
  }

  @Test
  void agreesWithTheModel() {
    for (int rows = 1; rows <= 64; rows *= 2) {
      for (int length = 8; length <= 512; length *= 2) {
        model.observe(rows, length, 1_000_000 + 1_000L * rows * length);
      }
    }
    for (int rows = 1; rows <= 64; rows++) {
      for (int length = 8; length <= 512; length += 3) {
        double exact = model.estimate(rows, length).orElseThrow();
        assertEquals(exact, table.nanos(rows, length), exact * 0.05, rows + " x " + length);
        assertEquals(table.nanos(rows, length), table.at(length).nanos(rows));
      }
    }
  }

  @Test
  void followsTheModelAfterSomePasses() {
    model.observe(8, 64, 1_000_000);
    assertEquals(1_000_000, table.nanos(8, 64), 20_000);
    for (int pass = 0; pass < 100; pass++) {
      model.observe(8, 64, 3_000_000);
    }
    assertEquals(3_000_000, table.nanos(8, 64), 100_000);
  }

  @Test
  void whatWasGuessedFromFewPassesIsSoonAskedAgain() {
    model.observe(1, 1, 1_000_000);
    double guess = table.nanos(32, 1);
    model.observe(32, 1, 1_000_000);
    assertEquals(1_000_000, table.nanos(32, 1), 100_000, "guessed " + guess);
  }
}
