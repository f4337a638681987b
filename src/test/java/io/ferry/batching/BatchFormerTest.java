package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How rows are written is said in {@link FormerTable}. */
class BatchFormerTest {

  /** At most 3 rows, 100 padded tokens, 10 ms. */
  private static FormerTable waiting() {
    return new FormerTable(new BatchPolicy(3, 100, Duration.ofMillis(10), 1000));
  }

  /** At most 3 rows, 100 padded tokens, and no waiting. */
  private static FormerTable prompt() {
    return new FormerTable(new BatchPolicy(3, 100, Duration.ZERO, 1000));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing waits                                        | ''                  | 5    | idle
          a row waits for company from its arrival on          | a@0                 | 0    | wait until 10
          looking later does not make the wait longer          | a@0                 | 7    | wait until 10
          max-wait after its arrival it leaves                 | a@0                 | 10   | run a
          also when nobody looked in time                      | a@0                 | 99   | run a
          the oldest row counts, not the newest                | a@0 b@9             | 9    | wait until 10
          who came later leaves with it                        | a@0 b@9             | 10   | run a b
          a batch full by rows leaves at once                  | a@0 b@1 c@2         | 2    | run a b c
          and holds no more than it may                        | a@0 b@1 c@2 d@2     | 2    | run a b c
          full by tokens: no third row of this length fits     | a@0x40 b@0x40       | 0    | run a b
          not full: a third row of this length fits            | a@0x33 b@0x33       | 0    | wait until 10
          padding counts: longest x rows                       | a@0x10 b@0x50       | 0    | run a b
          a row that leaves no place for a second leaves alone | a@0x51              | 0    | run a
          a row over max-tokens runs alone                     | a@0x500             | 0    | run a
          also with others behind it                           | a@0x500 b@0         | 0    | run a
          and others do not take it along                      | a@0 b@0x500         | 0    | run a
          a deadline inside the wait makes it leave at once    | a@0!6               | 0    | run a
          whoever's deadline it is                             | a@0 b@1!4           | 1    | run b a
          a deadline after the wait changes nothing            | a@0!60              | 0    | wait until 10
          """)
  void decidesWhenABatchLeaves(String why, String rows, long now, String decision) {
    assertEquals(decision, waiting().add(rows).next(now), why);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing waits                                   | ''                          | 5 | idle
          max-wait 0 never waits                          | a@0                         | 0 | run a
          first come, first served                        | a@0 b@1 c@2                 | 2 | run a b c
          equal arrivals keep their order                 | a@0 b@0 c@0                 | 0 | run a b c
          the batch ends at the first that does not fit   | a@0x40 b@0x60 c@0x40        | 0 | run a
          though one behind it would fit                  | a@0x60 b@0x60 c@0           | 0 | run a
          the row that fits exactly is in                 | a@0x50 b@0x50               | 0 | run a b
          an expired row is met and left out              | a@0!5 b@0 c@1               | 5 | run b c expired a
          it takes no place                               | a@0 b@0!5 c@0 d@0           | 5 | run a c d expired b
          nor does its length count                       | a@0x90!5 b@0x40 c@0x40      | 5 | run b c expired a
          all that is there may have expired              | a@0!5 b@0!5                 | 9 | run expired a b
          a row behind the full batch is not looked at    | a@0 b@0 c@0 d@0!5^0         | 9 | run a b c
          a higher priority goes first                    | a@0^5 b@1^6 c@2^9           | 2 | run c b a
          a lower one goes last                           | a@0^0 b@1                   | 2 | run b a
          the same priority keeps the order               | a@0^7 b@1^7                 | 2 | run a b
          a step is worth a second                        | a@0^5 b@999^6               | 1000 | run b a
          but no more: a row of the lower step ages       | a@0^5 b@1000^6 c@1001^6     | 2000 | run a b c
          nine steps are nine seconds                     | a@0^0 b@8999^9 c@9001^9     | 9001 | run b a c
          """)
  void decidesWhoIsInTheBatch(String why, String rows, long now, String decision) {
    assertEquals(decision, prompt().add(rows).next(now), why);
  }

  @Test
  void whatIsLeftIsTheNextBatch() {
    FormerTable table = prompt().add("a@0 b@0 c@0 d@0 e@0");
    assertEquals("run a b c", table.next(0));
    assertEquals("run d e", table.next(0));
    assertEquals("idle", table.next(0));
  }

  @Test
  void aRowThatIsTakenOutIsWaitedForNoMore() {
    FormerTable table = waiting().add("a@0 b@4");
    table.remove("a");
    assertEquals("wait until 14", table.next(5));
    table.remove("b");
    assertEquals("idle", table.next(5));
  }

  @Test
  void aDeadlineThatTheWaitAndThePassTogetherWouldMissLeavesAtOnce() {
    FormerTable table = waiting().add("a@0!14");
    assertEquals("wait until 10", table.next(0));
    table.remove("a");
    table.forecast.passEnded(FormerTable.nanos(4));
    assertEquals("run b", table.add("b@0!14").next(0));
    assertEquals("wait until 10", table.add("c@0!15").next(0));
  }

  @Test
  void drainingWaitsForNothing() {
    FormerTable table = waiting().add("a@0");
    assertEquals("wait until 10", table.next(0));
    table.former.drain();
    assertEquals("run a", table.next(0));
    assertEquals("idle", table.next(0));
  }

  @Test
  void aLowerLimitMakesABatchFullSooner() {
    FormerTable table = waiting().add("a@0 b@0");
    table.former.limitSize(2);
    assertEquals(2, table.former.maxSize());
    assertEquals("run a b", table.next(0));
  }

  @Test
  void theLimitStaysBetweenOneAndThePolicys() {
    BatchFormer former = waiting().former;
    former.limitSize(0);
    assertEquals(1, former.maxSize());
    former.limitSize(64);
    assertEquals(3, former.maxSize());
  }

  @Test
  void theLaterPartsOfALongListLetSinglesPass() {
    FormerTable table = prompt();
    table.forecast.passEnded(FormerTable.nanos(5));
    table.addList("list", 0, 9).add("single@4 late@11");
    assertEquals("run list0 list1 list2", table.next(0));
    assertEquals("run single list3 list4", table.next(0));
    assertEquals("run list5 list6 list7", table.next(0));
    assertEquals("run list8 late", table.next(0));
  }

  @Test
  void beforeAnyPassIsKnownAListIsTakenInOrder() {
    FormerTable table = prompt().addList("list", 0, 4).add("single@1");
    assertEquals("run list0 list1 list2", table.next(1));
    assertEquals("run list3 single", table.next(1));
  }

  @Test
  void theLowestPriorityWaitsNineSecondsLongerThanTheHighestAtMost() {
    // The highest priority alone could fill every batch: three rows each 10 ms, a batch each 10 ms.
    FormerTable table = prompt().add("low@0^0");
    long millis = 0;
    String batch = "";
    while (!batch.contains("low")) {
      assertTrue(millis <= 9_010, "starved");
      long arrival = millis;
      table.add(
          IntStream.range(0, 3)
              .mapToObj(row -> "h%d@%d^9".formatted(row, arrival))
              .collect(Collectors.joining(" ")));
      batch = table.next(millis);
      millis += 10;
    }
    assertTrue(millis > 8_990, "priorities meant little: served after " + millis + " ms");
  }
}
