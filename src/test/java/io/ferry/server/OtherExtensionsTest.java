package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Triton's protocol has and Ferry has not is refused by name, not as a path that is wrong. */
@QuarkusTest
class OtherExtensionsTest {

  @TestHTTPResource("/process")
  URI process;

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/logging, quarkus.log",
    "POST, /v2/logging, quarkus.log",
    "GET, /v2/trace/setting, trace",
    "POST, /v2/trace/setting, trace",
    "GET, /v2/models/m/trace/setting, trace",
    "POST, /v2/models/m/trace/setting, trace",
    "GET, /v2/systemsharedmemory/status, memory",
    "GET, /v2/systemsharedmemory/region/r/status, memory",
    "POST, /v2/systemsharedmemory/region/r/register, memory",
    "POST, /v2/systemsharedmemory/unregister, memory",
    "GET, /v2/cudasharedmemory/status, memory",
    "POST, /v2/cudasharedmemory/region/r/register, memory",
    "POST, /v2/models/m/generate, /infer",
    "POST, /v2/models/m/generate_stream, /infer",
    "POST, /v2/models/m/versions/1/generate, /infer",
    "POST, /v2/models/m/versions/1/generate_stream, /infer"
  })
  void itIsRefusedByName(String method, String path, String says) {
    HttpResponse<String> answer =
        new Client(process).send(method, path, method.equals("POST") ? "{}" : "");

    assertEquals(501, answer.statusCode(), answer::body);
    String error = Client.json(answer).path("error").asText();
    assertTrue(error.contains(says), error);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v2/loggings",
    "GET, /v2/models/m/generates",
    "GET, /v2/cudasharedmemory",
    "GET, /v2/models/m/versions/generate"
  })
  void otherPathsAreAsUnknownAsEver(String method, String path) {
    assertEquals(404, new Client(process).send(method, path, "").statusCode());
  }
}
