package io.ferry.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ferry.batching.Batch;
import io.ferry.batching.Sample;
import io.ferry.inference.Encoding;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.inference.Timings;
import io.ferry.openinference.ModelStatistics.Sum;
import io.ferry.pipeline.RequestListener.Refusal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  private long now = 1_000;
  private final Statistics statistics = new Statistics(() -> now);

  private static Batch batch(int rows) {
    return new Batch(Collections.nCopies(rows, new Sample(new Encoding(new long[] {1}))));
  }

  @Test
  void nothingIsCountedYet() {
    Sum none = new Sum(0, 0);

    assertEquals(
        new ModelStatistics(0, 0, 0, none, none, none, none, none, new TreeMap<>()),
        statistics.of("m"));
  }

  @Test
  void passesAreCountedByTheirRows() {
    statistics.serving("m").passServed(batch(1), 10);
    now = 2_000;
    statistics.serving("m").passServed(batch(4), 20);
    statistics.serving("m").passServed(batch(4), 30);
    statistics.serving("other").passServed(batch(2), 99);

    ModelStatistics counted = statistics.of("m");

    assertEquals(9, counted.inferences());
    assertEquals(3, counted.executions());
    assertEquals(2_000, counted.lastInference());
    assertEquals(Map.of(1, new Sum(1, 10), 4, new Sum(2, 50)), counted.batches());
  }

  @Test
  void requestsAreCountedByTheirEnd() {
    Outcome served = new Outcome.Completed(Prediction.of(1), new Timings(3, 5, 2));
    statistics.requests().requestEnded("process", "m", served, 11);
    statistics.requests().requestEnded("grpc", "m", served, 13);
    statistics.requests().requestEnded("process", "m", new Outcome.Expired(), 100);
    statistics.requests().requestEnded("process", "m", new Outcome.Failed("id"), 200);
    statistics.requests().encoded("m", 7);

    ModelStatistics counted = statistics.of("m");

    assertEquals(new Sum(2, 24), counted.success());
    assertEquals(new Sum(2, 300), counted.fail());
    assertEquals(new Sum(2, 6), counted.queue());
    assertEquals(new Sum(2, 10), counted.computeInfer());
    assertEquals(new Sum(1, 7), counted.computeInput());
  }

  @Test
  void whatCameToNoModelIsNotCounted() {
    statistics
        .requests()
        .requestEnded("process", "", new Outcome.UnknownModel("x", List.of("m")), 1);
    statistics.requests().requestRefused("process", Refusal.MALFORMED);

    assertEquals(new Sum(0, 0), statistics.of("").fail());
    assertEquals(new Sum(0, 0), statistics.of("m").fail());
  }
}
