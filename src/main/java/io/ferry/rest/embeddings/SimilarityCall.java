package io.ferry.rest.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Embed;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST /similarity}: the cosine of one sentence's vector with each other's.
 *
 * @param source {@code inputs.source_sentence}, which is the first row
 * @param sentences {@code inputs.sentences}
 * @param encoding {@code parameters}: how they are encoded
 */
record SimilarityCall(String source, List<String> sentences, EncodingOptions encoding)
    implements TextCall {

  private static final String INPUTS = "inputs";
  private static final String SOURCE = "source_sentence";
  private static final String SENTENCES = "sentences";
  private static final String PARAMETERS = "parameters";
  private static final String EXAMPLE =
      "{\"inputs\": {\"source_sentence\": \"text\", \"sentences\": [\"text\"]}}";

  private static final List<String> OPTIONS =
      List.of(TextOptions.TRUNCATE, TextOptions.DIRECTION, TextOptions.PROMPT);

  /** Copies the list. */
  SimilarityCall {
    sentences = List.copyOf(sentences);
  }

  static SimilarityCall parse(byte[] body) throws MalformedException, UnfitException {
    JsonNode root = JsonBody.object(body, EXAMPLE, List.of(INPUTS, PARAMETERS));
    JsonNode inputs = RequiredField.present(root, INPUTS, EXAMPLE);
    if (!inputs.isObject()) {
      throw new MalformedException(
          INPUTS,
          "\"inputs\" must be an object of \"source_sentence\" and \"sentences\", not "
              + Json.kind(inputs));
    }
    JsonBody.known(inputs, List.of(SOURCE, SENTENCES));
    JsonNode parameters = root.path(PARAMETERS);
    if (parameters.isObject()) {
      JsonBody.known(parameters, OPTIONS);
    } else if (!parameters.isMissingNode() && !parameters.isNull()) {
      throw new MalformedException(
          PARAMETERS, "\"parameters\" must be an object, not " + Json.kind(parameters));
    }
    return new SimilarityCall(
        RequiredField.text(inputs, SOURCE),
        RequiredField.texts(inputs, SENTENCES),
        TextOptions.read(parameters));
  }

  @Override
  public Rows rows(ModelSpec model) throws UnfitException {
    EmbedCall.embedder(model);
    if (sentences.isEmpty()) {
      throw new UnfitException(
          Flaw.EMPTY, SENTENCES, "\"sentences\" is an empty list; send at least one");
    }
    List<Input> rows = new ArrayList<>(sentences.size() + 1);
    rows.add(new Input.Text(source));
    sentences.forEach(sentence -> rows.add(new Input.Text(sentence)));
    return new Rows(rows, encoding, true);
  }

  @Override
  public String nameOf(int row) {
    return row == 0 ? SOURCE : "sentence " + (row - 1);
  }

  @Override
  public long characters() {
    return TextCall.characters(source) + sentences.stream().mapToLong(TextCall::characters).sum();
  }

  @Override
  public Json.Writing answer(Answered answered) throws UnfitException {
    Embed embed = EmbedCall.embedder(answered.model());
    List<float[]> vectors =
        answered.rows().stream().map(row -> embed.vector(row.prediction())).toList();
    return json -> {
      json.writeStartArray();
      for (float[] vector : vectors.subList(1, vectors.size())) {
        json.writeNumber((float) cosine(vectors.getFirst(), vector));
      }
      json.writeEndArray();
    };
  }

  /** The cosine; 0 where a vector has no direction. */
  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    double lengths = Math.sqrt(squaresOfA) * Math.sqrt(squaresOfB);
    return lengths == 0 ? 0 : Math.clamp(product / lengths, -1, 1);
  }
}
