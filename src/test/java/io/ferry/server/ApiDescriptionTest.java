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
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The description of the API is where the API is, and says what the server does. */
@QuarkusTest
class ApiDescriptionTest {

  private static final Pattern ERROR_ROW =
      Pattern.compile("\\| ([0-9, ]+) \\| ([A-Za-z, ]+) \\|.*");
  private static final Pattern PATH =
      Pattern.compile("^(?:## |\\| `)(GET|POST) (/[a-z0-9_/{}\\[\\]]+)");

  /** A part of a path that may be left out. */
  private static final Pattern OPTIONAL = Pattern.compile("\\[([^\\]]+)\\]");

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
    return description().path("paths").path("/process").path("post");
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

  @ParameterizedTest
  @CsvSource({
    "/v1/embeddings, error.message",
    "/embed, error",
    "/embed_all, error",
    "/predict, error",
    "/rerank, error",
    "/similarity, error",
    "/tokenize, error",
    "/decode, error"
  })
  void everyProtocolHasTheFieldsThatTheServerTakes(String path, String message) {
    JsonNode refused =
        Client.json(
            new Client(process)
                .send("POST", path, "{\"x\": 1}", "Content-Type", "application/json"));
    for (String name : message.split("\\.", -1)) {
      refused = refused.path(name);
    }
    String fields =
        refused.asText().substring(refused.asText().indexOf("there are ") + "there are ".length());
    JsonNode body = description().path("paths").path(path).path("post").path("requestBody");
    JsonNode content = body.path("content").path("application/json");
    String schema = content.path("schema").path("$ref").asText();

    JsonNode described = schema(schema.replace("#/components/schemas/", ""));

    assertEquals(
        new TreeSet<>(LIST.splitAsStream(fields).toList()), names(described.path("properties")));
    assertFalse(described.path("additionalProperties").asBoolean(true), described::toString);
    assertTrue(content.path("examples").size() >= 2, content::toString);
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

    assertEquals(Set.of("list", "pair", "text"), names(examples));
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
    // Of other methods, and of other protocols.
    statuses.removeAll(Set.of("405", "501"));

    JsonNode responses = post().path("responses");

    assertEquals(statuses, names(responses));
  }

  @Test
  void everyErrorHasTheSchemaAndTheTypesOfThePage() throws IOException {
    JsonNode errors = description().path("components").path("responses");
    for (JsonNode response : post().path("responses")) {
      if (response.has("$ref")) {
        String name = response.path("$ref").asText().replace("#/components/responses/", "");
        assertEquals("#/components/schemas/Error", schemaOf(errors.path(name)));
      }
    }
    assertEquals("#/components/schemas/PlainError", schemaOf(errors.path("Refused")));
    Set<String> types = new TreeSet<>();
    schema("Error")
        .path("properties")
        .path("error_type")
        .path("enum")
        .forEach(it -> types.add(it.asText()));
    assertEquals(documented(2), types);
  }

  private static String schemaOf(JsonNode response) {
    return response.path("content").path("application/json").path("schema").path("$ref").asText();
  }

  @Test
  void itHasEveryPathOfThePageAndTheServerTakesThem() throws IOException {
    Set<String> documented = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("docs/http.md"))) {
      Matcher path = PATH.matcher(line);
      if (path.find()) {
        Matcher optional = OPTIONAL.matcher(path.group(2).replace("{name}", "{model}"));
        documented.add(path.group(1) + " " + optional.replaceAll(""));
        documented.add(path.group(1) + " " + optional.replaceAll("$1"));
      }
    }
    Set<String> described = new TreeSet<>();
    JsonNode paths = description().path("paths");
    for (String path : names(paths)) {
      for (String method : names(paths.path(path))) {
        String upper = method.toUpperCase(Locale.ROOT);
        described.add(upper + " " + path);
        int status =
            new Client(process)
                .send(upper, path.replace("{", "").replace("}", ""), "")
                .statusCode();
        assertTrue(paths.path(path).path(method).path("responses").has("" + status), path + status);
      }
    }
    assertEquals(documented, described);
  }

  @Test
  void swaggerUiIsServed() {
    HttpResponse<String> response = new Client(swaggerUi).get(swaggerUi);

    assertEquals(200, response.statusCode());
    assertTrue(response.body().contains("swagger-ui"), response::body);
  }
}
