package io.ferry.rest.embeddings;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.Tokenization.Token;
import io.ferry.protocol.MalformedException;
import io.ferry.rest.JsonBody;
import io.ferry.rest.OptionalField;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /tokenize}.
 *
 * @param texts {@code inputs}
 * @param list whether they came as a list
 * @param specialTokens {@code add_special_tokens}
 * @param prompt {@code prompt_name}
 */
record TokenizeCall(
    List<String> texts, boolean list, boolean specialTokens, Optional<String> prompt) {

  private static final String INPUTS = "inputs";
  private static final String SPECIAL = "add_special_tokens";

  private static final List<String> FIELDS = List.of(INPUTS, SPECIAL, TextOptions.PROMPT);

  /** Copies the list. */
  TokenizeCall {
    texts = List.copyOf(texts);
  }

  static TokenizeCall parse(byte[] body) throws MalformedException {
    JsonNode root = JsonBody.object(body, "{\"inputs\": \"text\"}", FIELDS);
    boolean list = root.path(INPUTS).isArray();
    return new TokenizeCall(
        list ? RequiredField.texts(root, INPUTS) : List.of(RequiredField.text(root, INPUTS)),
        list,
        OptionalField.truth(root, SPECIAL).orElse(true),
        OptionalField.text(root, TextOptions.PROMPT));
  }

  /** A list of tokens for each text, also where there is but one. */
  static void write(List<List<Token>> texts, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (List<Token> tokens : texts) {
      json.writeStartArray();
      for (Token token : tokens) {
        write(token, json);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static void write(Token token, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", token.id());
    json.writeStringField("text", token.text());
    json.writeBooleanField("special", token.special());
    if (token.special()) {
      json.writeNullField("start");
      json.writeNullField("stop");
    } else {
      json.writeNumberField("start", token.start());
      json.writeNumberField("stop", token.end());
    }
    json.writeEndObject();
  }
}
