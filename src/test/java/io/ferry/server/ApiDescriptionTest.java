package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The description of the API is where the API is. */
@QuarkusTest
class ApiDescriptionTest {

  @TestHTTPResource("/q/openapi")
  URI openapi;

  @TestHTTPResource("/q/swagger-ui/")
  URI swaggerUi;

  @Test
  void openApiDescribesProcess() {
    HttpResponse<String> response = new Client(openapi).get(openapi);

    assertEquals(200, response.statusCode());
    assertTrue(response.body().contains("/process:"), response::body);
  }

  @Test
  void swaggerUiIsServed() {
    HttpResponse<String> response = new Client(swaggerUi).get(swaggerUi);

    assertEquals(200, response.statusCode());
    assertTrue(response.body().contains("swagger-ui"), response::body);
  }
}
