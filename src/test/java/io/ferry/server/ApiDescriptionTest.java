package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The description of the API is where the API is, and says what the server does. */
@QuarkusTest
class ApiDescriptionTest {

  private static final Pattern ERROR_ROW =
      Pattern.compile("\\| ([0-9, ]+) \\| ([A-Za-z, ]+) \\|.*");
  private static final Pattern LIST = Pattern.compile(", ");

  @TestHTTPResource("/q/openapi?format=json")
  URI openapi;

  @TestHTTPResource("/q/swagger-ui/")
  URI swaggerUi;

  @TestHTTPResource("/process")
  URI process;

  private JsonNode description() {
    HttpResponse<String> response = new Client(openapi).get(openapi);
    assertEquals(200, response.statusCode());
    return Client.json(response);
  }

  private JsonNode post() {
    JsonNode description = description();
    assertEquals(Set.of("/process"), names(description.path("paths")));
    return description.path("paths").path("/process").path("post");
  }

  private JsonNode schema(String name) {
    return description().path("components").path("schemas").path(name);
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A column of the table of errors in docs/http.md. */
  private static Set<String> documented(int column) throws IOException {
    return Files.readAllLines(Path.of("docs/http.md")).stream()
        .map(ERROR_ROW::matcher)
        .filter(row -> row.matches())
        .flatMap(row -> LIST.splitAsStream(row.group(column)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void itHasTheFieldsThatTheServerTakes() {
    String refused = Client.json(new Client(process).post("{\"x\": 1}")).path("error").asText();
    String fields = refused.substring(refused.indexOf("there are ") + "there are ".length());

    JsonNode request = schema("ProcessRequest");

    assertEquals(new TreeSet<>(List.of(fields.split(", ", -1))), names(request.path("properties")));
    assertFalse(request.path("additionalProperties").asBoolean(true), request::toString);
    assertEquals(
        "#/components/schemas/ProcessRequest",
        post()
            .path("requestBody")
            .path("content")
            .path("application/json")
            .path("schema")
            .path("$ref")
            .asText());
  }

  @Test
  void itsExamplesAreServed() throws Exception {
    Client client = new Client(process);
    Eventually.within(
        Eventually.MODEL_LOADS,
        "an answer",
        () -> client.post("{\"input\": \"a\"}").statusCode() == 200);
    JsonNode examples =
        post().path("requestBody").path("content").path("application/json").path("examples");

    assertEquals(Set.of("list", "text"), names(examples));
    for (JsonNode example : examples) {
      HttpResponse<String> response = client.post(example.path("value").toString());
      assertEquals(200, response.statusCode(), response::body);
      assertEquals(names(schema("ProcessAnswer").path("properties")), names(Client.json(response)));
      for (String header : names(post().path("responses").path("200").path("headers"))) {
        assertFalse(Client.header(response, header).isBlank(), header);
      }
    }
  }

  @Test
  void itHasEveryStatusOfThePage() throws IOException {
    Set<String> statuses = documented(1);
    statuses.add("200");
    // Of other methods.
    statuses.remove("405");

    JsonNode responses = post().path("responses");

    assertEquals(statuses, names(responses));
  }

  @Test
  void everyErrorHasTheSchemaAndTheTypesOfThePage() throws IOException {
    JsonNode errors = description().path("components").path("responses");
    assertEquals(post().path("responses").size() - 1, errors.size());
    for (JsonNode error : errors) {
      assertEquals(
          "#/components/schemas/Error",
          error.path("content").path("application/json").path("schema").path("$ref").asText());
    }
    Set<String> types = new TreeSet<>();
    schema("Error")
        .path("properties")
        .path("error_type")
        .path("enum")
        .forEach(it -> types.add(it.asText()));
    assertEquals(documented(2), types);
  }

  @Test
  void swaggerUiIsServed() {
    HttpResponse<String> response = new Client(swaggerUi).get(swaggerUi);

    assertEquals(200, response.statusCode());
    assertTrue(response.body().contains("swagger-ui"), response::body);
  }
}
