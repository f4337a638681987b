package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lists and single texts at the limit of what may wait: taken whole or refused whole, in the same
 * words. The server whose protocol this is takes their rows one by one, refuses a list after some
 * of its rows ran, and never serves one that is longer than its limit.
 */
class WholeListsIT {

  private static final int CAPACITY = 8;
  private static final int CALLS = 400;

  private static final String SINGLE = "{\"inputs\": \"ferry\"}";

  @TempDir Path models;

  private static String list(int rows) {
    return "{\"inputs\": ["
        + "[\"The ferry leaves at seven.\"],".repeat(rows - 1)
        + "[\"ferry\"]]}";
  }

  @Test
  void whatIsRefusedHasRunNothing() throws Exception {
    ModelFolder.copy("tiny-roberta-classify", models.resolve("classifier"));
    try (FerryProcess ferry =
        FerryLaunch.models(models)
            .with("ferry.queue.capacity", "" + CAPACITY)
            .with("ferry.limits.max-rows", "" + CAPACITY)
            .start()) {
      double before = ferry.metric("ferry_batch_rows_sum");
      List<HttpResponse<String>> answers = new ArrayList<>();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
          String body = i % 2 == 0 ? list(CAPACITY) : SINGLE;
          calls.add(threads.submit(() -> ferry.post("/predict", body)));
        }
        for (Future<HttpResponse<String>> call : calls) {
          answers.add(call.get());
        }
      }

      int lists = 0;
      int singles = 0;
      for (int i = 0; i < CALLS; i++) {
        HttpResponse<String> answer = answers.get(i);
        JsonNode body = Client.json(answer);
        if (answer.statusCode() != 200) {
          assertEquals(429, answer.statusCode(), answer::body);
          assertEquals("Overloaded", body.path("error_type").asText());
          assertTrue(Integer.parseInt(Client.header(answer, "Retry-After")) >= 1);
        } else if (i % 2 == 0) {
          assertEquals(CAPACITY, body.size());
          lists++;
        } else {
          assertTrue(body.path(0).has("label"), body::toString);
          singles++;
        }
      }
      int served = lists + singles;
      assertTrue(lists > 0 && singles > 0 && served < CALLS, lists + " lists, " + singles);
      assertEquals(
          before + lists * CAPACITY + singles, ferry.metric("ferry_batch_rows_sum"), "rows run");
      assertEquals(served, completed(ferry));

      HttpResponse<String> tooLong = ferry.post("/predict", list(CAPACITY + 1));
      assertEquals(422, tooLong.statusCode(), tooLong::body);
      assertEquals(200, ferry.post("/predict", list(CAPACITY)).statusCode());
    }
  }

  private static double completed(FerryProcess ferry) {
    return ferry
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("ferry_requests_total{") && line.contains("completed"))
        .filter(line -> line.contains("protocol=\"tei\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
