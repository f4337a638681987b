package io.ferry.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The seeds of every build. {@code -Dseed=N} replays one alone; {@code -Dseeds=N} runs as many.
 * They are the same in each build: a failing seed is in the test's name.
 */
class SimulationTest {

  static LongStream seeds() {
    Long one = Long.getLong("seed");
    return one != null ? LongStream.of(one) : LongStream.range(0, Long.getLong("seeds", 200));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void holdsItsInvariantsAfterEveryEvent(long seed) {
    new Simulation(seed).run();
  }

  @Test
  void meetsEveryKindOfEnding() {
    Set<String> met = new TreeSet<>();
    for (long seed = 0; seed < 200; seed++) {
      Simulation simulation = new Simulation(seed);
      simulation.run();
      met.addAll(simulation.endings());
    }
    assertEquals(
        Set.of(
            "Cancelled", "Completed", "Expired", "Failed", "Rejected", "Replaced", "Unavailable"),
        met);
  }
}
