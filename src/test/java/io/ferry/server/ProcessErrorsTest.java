package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.server.BadRequests.BadRequest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that a request can get wrong has its status, its type and a sentence to act on. */
@QuarkusTest
class ProcessErrorsTest {

  private static final String GOOD = "{\"input\": \"text\"}";
  private static final int MOST_BODY = 10 << 20;

  @TestHTTPResource("/process")
  URI process;

  @TestHTTPResource(value = "/health/ready", management = true)
  URI ready;

  private Client client;

  @BeforeEach
  void waitUntilReady() throws InterruptedException {
    client = new Client(process);
    Eventually.within(Eventually.MODEL_LOADS, "ready", () -> client.get(ready).statusCode() == 200);
  }

  static Stream<BadRequest> badRequests() {
    return BadRequests.all();
  }

  @ParameterizedTest(name = "{index}: {0}")
  @MethodSource("badRequests")
  void aWrongBodyGetsASentenceToActOn(BadRequest bad) {
    assertError(client.post(bad.body()), bad.status(), bad.type(), bad.says());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x-request-timeout-ms | soon                 | 400 | x-request-timeout-ms must be a whole number
          x-request-timeout-ms | 1.5                  | 400 | x-request-timeout-ms must be a whole number
          x-request-timeout-ms | 99999999999999999999 | 400 | x-request-timeout-ms must be a whole number
          x-request-timeout-ms | 0                    | 422 | at least 1 ms
          x-request-timeout-ms | -3                   | 422 | at least 1 ms
          x-priority           | high                 | 400 | x-priority must be a whole number
          x-priority           | 1e1                  | 400 | x-priority must be a whole number
          x-priority           | 10                   | 422 | allowed is 0 to 9
          x-priority           | -1                   | 422 | allowed is 0 to 9
          """)
  void aWrongHeaderGetsOneToo(String header, String value, int status, String says) {
    assertError(client.post(GOOD, header, value), status, "Validation", says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
  void anotherMethodGets405AndHearsWhichToUse(String method) {
    HttpResponse<String> response = client.send(method, "/process", "");

    assertError(response, 405, "Validation", "this path takes POST");
    assertTrue(
        List.of(Client.header(response, "Allow").split(", ?", -1)).contains("POST"),
        () -> response.headers().toString());
  }

  /** In the form of the path's own protocol. */
  @Test
  void aPathThatIsReadSaysSo() {
    HttpResponse<String> response = client.send("DELETE", "/v2/models", "");

    assertEquals(405, response.statusCode());
    // In the form of the path's own protocol.
    assertEquals("{\"error\":\"this path takes GET\"}", response.body());
    assertEquals("GET", Client.header(response, "Allow"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/octet-stream", "json", ";"})
  void anotherContentTypeGets415(String contentType) {
    HttpResponse<String> response =
        client.send("POST", "/process", GOOD, "Content-Type", contentType);

    assertError(response, 415, "Validation", "Content-Type: application/json");
  }

  @Test
  void noContentTypeIsTakenForJson() {
    assertEquals(200, client.send("POST", "/process", GOOD).statusCode());
  }

  @Test
  void aClientThatTakesNoJsonGets406() {
    assertError(client.post(GOOD, "Accept", "text/html"), 406, "Validation", "application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nothing", "/process/x", "/v3/nothing", "/q/nothing", "/a%20b"})
  void anUnknownPathGets404InJson(String path) {
    assertError(client.send("GET", path, ""), 404, "NotFound", "nothing at this path");
  }

  @Test
  void healthAndMetricsAreNotOnTheApplicationPort() {
    assertEquals(404, client.send("GET", "/q/health/live", "").statusCode());
    assertEquals(404, client.send("GET", "/q/metrics", "").statusCode());
  }

  @Test
  void aBodyOfExactlyTheLimitIsRead() {
    assertEquals(200, client.post(goodOfSize(MOST_BODY)).statusCode());
  }

  @Test
  void aBodyOverTheLimitGets413WithItsLengthSaidFirst() {
    assertError(client.post(goodOfSize(MOST_BODY + 1)), 413, "Validation", "10485760 bytes");
    assertError(client.post(goodOfSize(11 << 20)), 413, "Validation", "10485760 bytes");
  }

  @Test
  void aLengthOverAnyLimitOfTheFrameworkGets413FromUs() throws IOException {
    String head =
        String.join(
            "\r\n",
            "POST /process HTTP/1.1",
            "Host: ferry",
            "Content-Type: application/json",
            "Content-Length: 3000000000000",
            "",
            "");
    try (Socket socket = new Socket(process.getHost(), process.getPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(goodOfSize(MOST_BODY + 1));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("}") < 0) {
        byte[] part = new byte[1024];
        int length = socket.getInputStream().read(part);
        assertTrue(length > 0, answer::toString);
        answer.append(new String(part, 0, length, StandardCharsets.US_ASCII));
      }
      assertTrue(answer.toString().startsWith("HTTP/1.1 413 "), answer::toString);
      assertTrue(answer.toString().contains("x-request-id: "), answer::toString);
      assertTrue(answer.toString().contains("10485760 bytes"), answer::toString);
    }
  }

  @Test
  void aBodyOverTheLimitGets413InChunks() {
    byte[] body = goodOfSize(11 << 20);

    HttpResponse<String> response =
        client.post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));

    assertError(response, 413, "Validation", "10485760 bytes");
  }

  @Test
  void aSingleTextHasNoNumber() {
    HttpResponse<String> response = client.post("{\"input\": \"\"}");

    assertError(response, 422, "Empty", "the text is empty");
    assertFalse(response.body().contains("input 0"), response::body);
  }

  @Test
  void whatTheCallerWroteComesBackClipped() {
    HttpResponse<String> response = client.post("{\"" + "n".repeat(10_000) + "\": 1}");

    assertError(response, 400, "Validation", "unknown field");
    assertTrue(response.body().length() < 400, response::body);
  }

  /** A good request, made longer with blanks. */
  private static byte[] goodOfSize(int bytes) {
    byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) ' ');
    byte[] good = GOOD.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(good, 0, body, 0, good.length);
    return body;
  }

  private static void assertError(
      HttpResponse<String> response, int status, String type, String says) {
    assertEquals(status, response.statusCode(), response::body);
    JsonNode body = Client.json(response);
    assertAll(
        () -> assertEquals(type, body.path("error_type").asText()),
        () ->
            assertTrue(
                body.path("error").asText().contains(says), () -> body.path("error").asText()),
        () -> assertEquals(2, body.size(), body::toString),
        () -> assertTrue(Client.header(response, "Content-Type").startsWith("application/json")),
        () -> assertFalse(Client.header(response, "x-request-id").isBlank(), "x-request-id"),
        () -> assertFalse(response.body().contains("Exception"), response::body),
        () -> assertFalse(response.body().contains("io.ferry"), response::body));
  }
}
