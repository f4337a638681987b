package io.ferry.rest.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import io.ferry.rest.TextInputs;
import io.ferry.rest.TokenVectorSize;
import java.util.List;

/**
 * {@code POST /embed_all}: a vector of each token, special ones included, before they are pooled.
 *
 * @param inputs {@code inputs}
 * @param encoding how they are encoded
 */
record EmbedAllCall(TextInputs inputs, EncodingOptions encoding) implements TextCall {

  private static final String INPUTS = "inputs";
  private static final String NEEDED = "/embed_all needs one with a vector for each token";

  private static final List<String> FIELDS =
      List.of(INPUTS, TextOptions.TRUNCATE, TextOptions.DIRECTION, TextOptions.PROMPT);

  static EmbedAllCall parse(byte[] body) throws MalformedException, UnfitException {
    JsonNode root = JsonBody.object(body, "{\"inputs\": \"text\"}", FIELDS);
    return new EmbedAllCall(TextInputs.read(root, INPUTS), TextOptions.read(root));
  }

  @Override
  public Rows rows(ModelSpec model) throws UnfitException {
    return switch (model.task()) {
      case Embed embed -> rows(embed.tokenDimensions());
      case EmbedAll embedAll -> rows(embedAll.dimensions());
      default -> throw TextCall.otherTask(model, NEEDED);
    };
  }

  private Rows rows(int dimensions) {
    return new Rows(inputs.rows(), encoding, inputs.list(), TokenVectorSize.inJson(dimensions));
  }

  @Override
  public long characters() {
    return inputs.characters();
  }

  @Override
  public Json.Writing answer(Answered answered) throws UnfitException {
    ModelSpec model = answered.model();
    // Some models pool in their own graph, which shows in what they give alone.
    if (model.task() instanceof Embed embed
        && !embed.hasTokenVectors(answered.rows().getFirst().prediction())) {
      throw TextCall.otherTask(model, NEEDED);
    }
    return json -> {
      json.writeStartArray();
      for (Outcome.Completed row : answered.rows()) {
        json.writeStartArray();
        for (float[] vector : vectors(model, row.prediction())) {
          Json.write(vector, json);
        }
        json.writeEndArray();
      }
      json.writeEndArray();
    };
  }

  private static float[][] vectors(ModelSpec model, Prediction prediction) {
    return switch (model.task()) {
      case Embed embed -> embed.tokens(prediction);
      case EmbedAll embedAll -> embedAll.vectors(prediction);
      default ->
          throw new IllegalArgumentException("rows were made for an embedder; this is a bug");
    };
  }
}
