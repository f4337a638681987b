package io.ferry.rest.embeddings;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.LabelScore;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import io.ferry.rest.OptionalField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST /predict}: the labels of texts and of pairs of texts, all of them, best first.
 *
 * @param texts {@code inputs}: a text, {@code ["text"]}, a pair {@code ["a", "b"]}, or a list of
 *     the latter two
 * @param list whether they came as a list
 * @param encoding how they are encoded
 * @param rawScores {@code raw_scores}: logits instead of scores
 */
record PredictCall(List<Input> texts, boolean list, EncodingOptions encoding, boolean rawScores)
    implements TextCall {

  private static final String INPUTS = "inputs";
  private static final String RAW_SCORES = "raw_scores";
  private static final String PARAMETERS = "parameters";
  private static final String FORMS =
      "a text, a pair [\"a\", \"b\"], or a list of pairs and of texts, each in a list: [[\"a\"], [\"b\", \"c\"]]";

  private static final List<String> FIELDS =
      List.of(INPUTS, TextOptions.TRUNCATE, TextOptions.DIRECTION, RAW_SCORES, PARAMETERS);

  /** Copies the list. */
  PredictCall {
    texts = List.copyOf(texts);
  }

  static PredictCall parse(byte[] body) throws MalformedException, UnfitException {
    JsonNode root = JsonBody.object(body, "{\"inputs\": \"text\"}", FIELDS);
    noParameters(root.path(PARAMETERS));
    JsonNode inputs = root.path(INPUTS);
    boolean list = inputs.isArray() && !inputs.path(0).isTextual();
    return new PredictCall(
        list ? rows(inputs) : List.of(row(inputs, "")),
        list,
        TextOptions.read(root),
        OptionalField.truth(root, RAW_SCORES).orElse(false));
  }

  /** Hugging Face's clients send an object of them here, as a rule without any; TEI knows none. */
  private static void noParameters(JsonNode parameters) throws MalformedException {
    boolean absent = parameters.isMissingNode() || parameters.isNull();
    if (!absent && !(parameters.isObject() && parameters.isEmpty())) {
      throw new MalformedException(
          PARAMETERS, "\"parameters\" must be empty; options stand beside \"inputs\"");
    }
  }

  private static List<Input> rows(JsonNode inputs) throws MalformedException {
    List<Input> rows = new ArrayList<>(inputs.size());
    for (JsonNode row : inputs) {
      String index = "[" + rows.size() + "]";
      if (!row.isArray()) {
        throw wrong(index, row);
      }
      rows.add(row(row, index));
    }
    return rows;
  }

  private static Input row(JsonNode row, String index) throws MalformedException {
    if (row.isMissingNode()) {
      throw new MalformedException(INPUTS, "the field \"inputs\" is missing; send " + FORMS);
    }
    if (row.isTextual()) {
      return new Input.Text(row.textValue());
    }
    if (!row.isArray()) {
      throw wrong(index, row);
    }
    for (int i = 0; i < row.size(); i++) {
      if (!row.get(i).isTextual()) {
        throw wrong(index + "[" + i + "]", row.get(i));
      }
    }
    return switch (row.size()) {
      case 1 -> new Input.Text(row.path(0).textValue());
      case 2 -> new Input.Pair(row.path(0).textValue(), row.path(1).textValue());
      default ->
          throw new MalformedException(
              INPUTS, "\"inputs\"%s has %d texts; send %s".formatted(index, row.size(), FORMS));
    };
  }

  private static MalformedException wrong(String index, JsonNode value) {
    return new MalformedException(
        INPUTS, "\"inputs\"%s is %s; send %s".formatted(index, Json.kind(value), FORMS));
  }

  @Override
  public Rows rows(ModelSpec model) throws UnfitException {
    classifier(model);
    return new Rows(texts, encoding, list);
  }

  private static Classify classifier(ModelSpec model) throws UnfitException {
    if (model.task() instanceof Classify classify) {
      return classify;
    }
    throw TextCall.otherTask(model, "/predict needs a classifier");
  }

  @Override
  public long characters() {
    long characters = 0;
    for (Input text : texts) {
      characters +=
          switch (text) {
            case Input.Text(String only) -> TextCall.characters(only);
            case Input.Pair(String first, String second) ->
                TextCall.characters(first) + TextCall.characters(second);
            default -> throw new IllegalArgumentException("neither text nor pair: " + text);
          };
    }
    return characters;
  }

  @Override
  public Json.Writing answer(Answered answered) throws UnfitException {
    Classify its = classifier(answered.model());
    Classify classify = rawScores ? new Classify(its.labels(), Activation.NONE) : its;
    return json -> {
      if (list) {
        json.writeStartArray();
      }
      for (Outcome.Completed row : answered.rows()) {
        write(classify.rank(row.prediction(), its.labels().size()), json);
      }
      if (list) {
        json.writeEndArray();
      }
    };
  }

  private static void write(List<LabelScore> labels, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (LabelScore label : labels) {
      json.writeStartObject();
      json.writeNumberField("score", (float) label.score());
      json.writeStringField("label", label.label());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
