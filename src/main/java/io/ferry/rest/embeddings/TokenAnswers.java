package io.ferry.rest.embeddings;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.TokenPipeline;
import io.ferry.pipeline.TokenPipeline.Reply;
import io.ferry.pipeline.TokenTerms;
import io.ferry.protocol.MalformedException;
import io.ferry.rest.ErrorReply;
import io.ferry.rest.InferenceEndpoint;
import io.ferry.rest.Json;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what asks a model's tokenizer alone. */
@Singleton
class TokenAnswers {

  private final InferenceEndpoint endpoint;
  private final TokenPipeline tokens;
  private final TextEmbeddingsProtocol protocol;

  TokenAnswers(InferenceEndpoint endpoint, TokenPipeline tokens, TextEmbeddingsProtocol protocol) {
    this.endpoint = endpoint;
    this.tokens = tokens;
    this.protocol = protocol;
  }

  Response tokenize(
      @Nullable InputStream body, HttpHeaders headers, UriInfo address, RoutingContext exchange) {
    return endpoint.answer(
        protocol,
        () -> {
          TokenizeCall call = TokenizeCall.parse(bytes(body));
          return response(
              tokens.tokenize(
                  terms(headers, address, exchange),
                  call.texts(),
                  call.specialTokens(),
                  call.prompt()),
              call.list(),
              TokenizeCall::write);
        });
  }

  Response decode(
      @Nullable InputStream body, HttpHeaders headers, UriInfo address, RoutingContext exchange) {
    return endpoint.answer(
        protocol,
        () -> {
          DecodeCall call = DecodeCall.parse(bytes(body));
          return response(
              tokens.decode(
                  terms(headers, address, exchange), call.ids(), call.skipSpecialTokens()),
              call.list(),
              TokenAnswers::write);
        });
  }

  private TokenTerms terms(HttpHeaders headers, UriInfo address, RoutingContext exchange)
      throws MalformedException {
    return endpoint.terms(headers, exchange).tokens(ChosenModel.of(address));
  }

  private static byte[] bytes(@Nullable InputStream body) throws IOException {
    return body == null ? new byte[0] : body.readAllBytes();
  }

  @FunctionalInterface
  private interface Writing<T> {
    void write(List<T> rows, JsonGenerator json) throws IOException;
  }

  private <T> Response response(Reply<T> reply, boolean list, Writing<T> writing) {
    return switch (reply) {
      case Reply.Done<T>(List<T> rows) ->
          Response.ok(Json.bytes(json -> writing.write(rows, json))).build();
      case Reply.Refused<T>(var outcome, var row) ->
          ErrorReply.of(new Refused(outcome, row), list).response(protocol);
    };
  }

  private static void write(List<String> texts, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
