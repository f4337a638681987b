package io.ferry.rest.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.ErrorReply.ErrorType;
import io.ferry.rest.Protocol;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import java.io.IOException;
import java.util.Optional;

/** OpenAI's API: everything below {@code /v1}. */
@Singleton
public class OpenAiProtocol implements Protocol {

  private static final String ROOT = "/v1";
  private static final String MODELS = ROOT + "/models";

  private static final String REQUEST = "invalid_request_error";
  private static final String SERVER = "server_error";

  @Override
  public String label() {
    return "openai";
  }

  @Override
  public boolean owns(String path) {
    return path.equals(ROOT) || path.startsWith(ROOT + "/");
  }

  @Override
  public String method(String path) {
    return path.equals(MODELS) || path.startsWith(MODELS + "/") ? HttpMethod.GET : HttpMethod.POST;
  }

  /** OpenAI's own server knows one status for everything that is wrong with a request. */
  @Override
  public ErrorReply adapt(ErrorReply error) {
    return error.status() == 422 ? error.withStatus(400) : error;
  }

  @Override
  public void write(ErrorReply error, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("error");
    json.writeStringField("message", error.message());
    json.writeStringField("type", type(error.type()));
    write("param", error.field(), json);
    write("code", code(error.type()), json);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void write(String name, Optional<String> value, JsonGenerator json)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get());
    } else {
      json.writeNullField(name);
    }
  }

  private static String type(ErrorType type) {
    return switch (type) {
      case Validation, Empty, Tokenizer, NotFound, UnknownModel, OtherTask -> REQUEST;
      // What was used up: OpenAI counts requests and tokens.
      case Overloaded -> "requests";
      case Unhealthy, Backend, Timeout -> SERVER;
    };
  }

  private static Optional<String> code(ErrorType type) {
    return switch (type) {
      case UnknownModel -> Optional.of("model_not_found");
      case Overloaded -> Optional.of("rate_limit_exceeded");
      default -> Optional.empty();
    };
  }
}
