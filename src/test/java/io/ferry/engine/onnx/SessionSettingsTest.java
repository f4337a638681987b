package io.ferry.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionSettingsTest {

  /** The pool counts the thread that calls it; with it, as many compute as all shares together. */
  @ParameterizedTest(name = "{0} lanes of {1} threads: a pool of {2}")
  @CsvSource({"1, 1, 1", "2, 1, 1", "8, 1, 1", "1, 4, 4", "2, 2, 3", "2, 8, 15", "3, 4, 10"})
  void noMoreThreadsComputeThanAllSharesTogether(int lanes, int threadsPerLane, int pool) {
    assertEquals(pool, new SessionSettings("cpu", threadsPerLane).poolSize(lanes));
    int workers = pool - 1;
    assertEquals(lanes * threadsPerLane, workers + lanes);
  }

  @Test
  void aLaneHasAThread() {
    assertThrows(IllegalArgumentException.class, () -> new OnnxRuntimeEngine("cpu", 0));
  }

  @Test
  void otherDevicesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new OnnxRuntimeEngine("tpu:0", 1));
  }
}
