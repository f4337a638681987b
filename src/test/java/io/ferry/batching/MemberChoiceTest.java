package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is in a batch. How rows are written is said in {@link FormerTable}. */
class MemberChoiceTest {

  private static final Duration MICRO = Duration.ofNanos(1_000);

  /** At most 4 rows, 1,000 padded tokens, no waiting. */
  private static FormerTable table(boolean byLength) {
    return new FormerTable(new BatchPolicy(4, 1_000, MaxWait.none(), byLength, 1000));
  }

  /** A pass takes 20 us, and a microsecond for each padded token. */
  private static FormerTable paddingIsDear() {
    return table(true).learn(MICRO.multipliedBy(20), MICRO);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          like goes with like                      | a@0x10 b@0x200 c@0x10 d@0x200       | run a c
          and the first row always goes            | a@0x200 b@0x10 c@0x10 d@0x200       | run a d
          in the order in which they came          | a@0x10 b@0x200 c@0x12 d@0x9 e@0x11  | run a c d e
          not more than max-size                   | a@0x10 b@0x10 c@0x10 d@0x10 e@0x200 f@0x10 | run a b c d
          who is alone in length goes alone        | a@0x500 b@0x10 c@0x10               | run a
          nobody is passed over for a trifle       | a@0x10 b@0x11 c@0x10 d@0x11 e@0x10  | run a b c d
          also where all wait for one batch only   | a@0x10 b@0x400                      | run a
          """)
  void byLength(String why, String rows, String expected) {
    assertEquals(expected, paddingIsDear().add(rows).next(0), why);
  }

  @Test
  void inOrderWhereThatIsWanted() {
    FormerTable table = table(false).learn(MICRO.multipliedBy(20), MICRO);
    assertEquals("run a b c d", table.add("a@0x10 b@0x200 c@0x10 d@0x200 e@0x10").next(0));
  }

  @Test
  void inOrderWhileNothingIsKnown() {
    FormerTable table = table(true);
    assertEquals("run a b c d", table.add("a@0x10 b@0x200 c@0x10 d@0x200 e@0x10").next(0));
  }

  @Test
  void inOrderWherePassesAreDearAndPaddingIsNot() {
    FormerTable table = table(true).learn(Duration.ofMillis(5), Duration.ofNanos(10));
    assertEquals("run a b c d", table.add("a@0x10 b@0x200 c@0x10 d@0x200 e@0x10").next(0));
  }

  @Test
  void aRowIsPassedOverOnlySoOften() {
    FormerTable table = paddingIsDear().add("long@0x200");
    for (int batch = 0; batch < BatchPolicy.PASSED_OVER_AT_MOST; batch++) {
      // Somebody more important always comes, and takes along who is short.
      table.add("first@0x10^6 short@0x10");
      assertEquals("run first short", table.next(0), "batch " + batch);
    }
    table.add("first@0x10^6 short@0x10");
    assertEquals("run first long short", table.next(0));
  }

  // ---- in time

  /** A pass takes a millisecond for each row. */
  private static FormerTable rowsAreDear() {
    return table(false).learn(Duration.ofNanos(1), Duration.ofMillis(1));
  }

  @Test
  void whoWouldBeTooLateInALargeBatchLeavesInASmallOne() {
    FormerTable table = rowsAreDear().add("a@0!3 b@0!3 c@0!3000 d@0!3000");
    assertEquals("run a b", table.next(0));
    assertEquals("run c d", table.next(2));
  }

  @Test
  void whoCannotBeAnsweredInTimeCostsNothing() {
    FormerTable table = rowsAreDear().add("late@0!1 b@0!3000 c@0!3000");
    assertEquals("run b c", table.next(0).replace("late ", ""));
    assertEquals("run late", table(false).add("late@0!1").next(0), "unless nobody else is there");
  }

  @Test
  void whereNobodyCanBeInTimeAllAreTried() {
    assertEquals("run a b", rowsAreDear().add("a@1!2 b@1!2").next(1));
  }
}
