package io.ferry.engine.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.batching.Batch;
import io.ferry.batching.FakeTime;
import io.ferry.batching.PassResult;
import io.ferry.batching.Row;
import io.ferry.batching.SystemTime;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import io.ferry.model.Encoder;
import io.ferry.model.LoadedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedInstanceTest {

  private static final SimulatedCost COST =
      new SimulatedCost(Duration.ofNanos(3_500_000), Duration.ofNanos(20_000), Duration.ofNanos(7));

  private final FakeTime time = new FakeTime();
  private final FakeTime.FakeParker device = time.parker();
  private final SimulatedInstance instance = new SimulatedInstance(COST, time, () -> device);

  private record TestRow(ModelInput input, List<Float> answers) implements Row {
    TestRow(int tokens) {
      this(new Encoding(new long[tokens]), new ArrayList<>());
    }

    @Override
    public void answer(Prediction prediction) {
      assertEquals(1, prediction.values().length);
      answers.add(prediction.values()[0]);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1,3520007", "1,100,3520700", "64,64,4780448", "64,6400,4824800", "0,0,3500000"})
  void aBatchCostsItsFixedPartItsRowsAndItsTokens(int rows, long tokens, long nanos) {
    assertEquals(nanos, COST.nanos(rows, tokens));
  }

  @Test
  void costsAreLongNumbers() {
    SimulatedCost hours =
        new SimulatedCost(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertEquals(2_000_000_000L * 1_000_000_000L, hours.nanos(1_000_000_000, 1_000_000_000L));
  }

  @Test
  void noCostIsNegative() {
    Duration negative = Duration.ofNanos(-1);
    Duration none = Duration.ZERO;
    assertThrows(IllegalArgumentException.class, () -> new SimulatedCost(negative, none, none));
    assertThrows(IllegalArgumentException.class, () -> new SimulatedCost(none, negative, none));
    assertThrows(IllegalArgumentException.class, () -> new SimulatedCost(none, none, negative));
  }

  @Test
  void aPassTakesItsTimeAndAnswersEachRowWithItsLength() {
    List<TestRow> rows = List.of(new TestRow(3), new TestRow(10), new TestRow(1));
    assertEquals(new PassResult.Done(), instance.forward(new Batch(rows)));
    assertEquals(COST.nanos(3, 30), time.nanos());
    assertEquals(
        List.of(List.of(3f), List.of(10f), List.of(1f)),
        rows.stream().map(TestRow::answers).toList());
  }

  @Test
  void aWakeUpDoesNotMakeAPassShorter() {
    time.at(Duration.ofMillis(1), device::unpark);
    time.at(Duration.ofMillis(2), device::unpark);
    instance.forward(new Batch(List.of(new TestRow(1))));
    assertEquals(COST.nanos(1, 1), time.nanos());
  }

  @Test
  void theLoadedModelCountsCharactersNotHalves() throws Exception {
    LoadedModel model =
        new SimulatedSource(
                new SimulatedCost(Duration.ZERO, Duration.ZERO, Duration.ZERO), new SystemTime())
            .load("simulated", "1");
    assertEquals("simulated", model.spec().name());
    Encoder.Encoded encoded =
        model.encoder().encode(new Input.Text("a👍ü"), EncodingOptions.DEFAULT);
    assertEquals(3, assertInstanceOf(Encoder.Encoded.Row.class, encoded).input().length());
    assertInstanceOf(
        Encoder.Encoded.Refused.class,
        model.encoder().encode(new Input.Pair("a", "b"), EncodingOptions.DEFAULT));
    TestRow row = new TestRow(4);
    assertTrue(
        model.lanes().getFirst().forward(new Batch(List.of(row))) instanceof PassResult.Done);
    assertEquals(List.of(4f), row.answers());
  }
}
