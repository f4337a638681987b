package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Health and metrics, as Kubernetes and Prometheus read them. */
@QuarkusTest
class ManagementPortTest {

  private static final Pattern MODEL_LABEL = Pattern.compile("^ferry_.*[{,]model=\"([^\"]*)\"");
  private static final Pattern LABEL_NAMES = Pattern.compile("[{,]([a-z_]+)=\"");

  @TestHTTPResource("/process")
  URI process;

  @TestHTTPResource(value = "/health/", management = true)
  URI health;

  @TestHTTPResource(value = "/metrics", management = true)
  URI metrics;

  private Client client;

  @BeforeEach
  void waitUntilReady() throws InterruptedException {
    client = new Client(process);
    Eventually.within(
        Eventually.MODEL_LOADS,
        "ready",
        () -> client.get(health.resolve("ready")).statusCode() == 200);
  }

  @ParameterizedTest
  @CsvSource({"started, models started", "ready, models ready"})
  void theModelsAreListedWithTheirStates(String probe, String check) {
    HttpResponse<String> response = client.get(health.resolve(probe));

    assertEquals(200, response.statusCode());
    assertEquals("UP", Client.json(response).path("status").asText());
    assertEquals("Ready", check(response, check).path("data").path("language-id").asText());
  }

  @Test
  void anIdleDeviceIsLive() {
    HttpResponse<String> response = client.get(health.resolve("live"));

    assertEquals(200, response.statusCode());
    assertEquals("UP", check(response, "device").path("status").asText());
  }

  private static JsonNode check(HttpResponse<String> response, String name) {
    for (JsonNode check : Client.json(response).path("checks")) {
      if (check.path("name").asText().equals(name)) {
        return check;
      }
    }
    throw new AssertionError("no check " + name + " in " + response.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ferry_requests_total{model=\"language-id\",outcome=\"completed\",protocol=\"process\"}",
        "ferry_requests_total{model=\"language-id\",outcome=\"invalid\",protocol=\"process\"}",
        "ferry_requests_total{model=\"\",outcome=\"malformed\",protocol=\"process\"}",
        "ferry_requests_total{model=\"\",outcome=\"too_large\",protocol=\"process\"}",
        "ferry_request_seconds_bucket{model=\"language-id\",le=\"0.01\"}",
        "ferry_queue_seconds_bucket{model=\"language-id\",le=\"0.01\"}",
        "ferry_encode_seconds_bucket{model=\"language-id\",le=\"0.01\"}",
        "ferry_forward_seconds_bucket{model=\"language-id\",le=\"0.01\"}",
        "ferry_forward_seconds_count{model=\"language-id\"}",
        "ferry_batch_rows_bucket{model=\"language-id\",le=\"32.0\"}",
        "ferry_batch_padding_ratio_count{model=\"language-id\"}",
        "ferry_queue_rows{model=\"language-id\"}",
        "ferry_queue_places{model=\"language-id\"}",
        "ferry_queue_oldest_seconds{model=\"language-id\"}",
        "ferry_inflight_rows{model=\"language-id\"}",
        "ferry_device_busy_ratio{device=\"",
        "ferry_model_state{model=\"language-id\",state=\"Ready\"} 1.0",
        "ferry_model_state{model=\"language-id\",state=\"Loading\"} 0.0"
      })
  void theMetricsAreThere(String series) {
    assertEquals(200, client.post("{\"input\": \"text\"}").statusCode());
    assertEquals(422, client.post("{\"input\": \"\"}").statusCode());
    assertEquals(422, client.post("{\"input\": \"a\", \"priority\": 10}").statusCode());
    assertEquals(400, client.post("{").statusCode());
    assertEquals(413, client.post(" ".repeat((10 << 20) + 1)).statusCode());

    assertTrue(
        scrape().lines().anyMatch(line -> line.startsWith(series)),
        () -> "there is no series " + series);
  }

  @Test
  void noCallerCanMakeNewSeries() {
    client.post("{\"input\": \"text\", \"model\": \"made-up-1\"}");
    client.post("{\"input\": \"text\", \"model\": \"made-up-2\"}");
    client.send("GET", "/made-up-3", "");
    client.send("GET", "/process/made-up-4", "");

    String scraped = scrape();

    assertFalse(scraped.contains("made-up"), "a caller's word is a label");
    Set<String> models =
        scraped
            .lines()
            .flatMap(line -> MODEL_LABEL.matcher(line).results())
            .map(label -> label.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("", "language-id"), models);
  }

  @Test
  void ourLabelsAreThoseOfTheContract() {
    client.post("{\"input\": \"text\"}");

    Set<String> names =
        scrape()
            .lines()
            .filter(line -> line.startsWith("ferry_"))
            .flatMap(line -> LABEL_NAMES.matcher(line).results())
            .map((MatchResult label) -> label.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        new TreeSet<>(List.of("device", "kind", "le", "model", "outcome", "protocol", "state")),
        names);
  }

  private String scrape() {
    HttpResponse<String> response = client.get(metrics);
    assertEquals(200, response.statusCode());
    return response.body();
  }
}
