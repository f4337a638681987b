package io.ferry.rest.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Outcome;
import io.ferry.model.Embed;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Dimensions;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import io.ferry.rest.OptionalField;
import io.ferry.rest.TextInputs;
import java.util.List;
import java.util.OptionalLong;

/**
 * {@code POST /embed}: a vector of each text.
 *
 * @param inputs {@code inputs}
 * @param encoding how they are encoded
 * @param normalize {@code normalize}: whether vectors are scaled to length 1, whatever the model's
 *     files say
 * @param dimensions {@code dimensions}: so many numbers of each vector
 */
record EmbedCall(
    TextInputs inputs, EncodingOptions encoding, boolean normalize, OptionalLong dimensions)
    implements TextCall {

  private static final String INPUTS = "inputs";
  private static final String NORMALIZE = "normalize";

  private static final List<String> FIELDS =
      List.of(
          INPUTS,
          TextOptions.TRUNCATE,
          TextOptions.DIRECTION,
          TextOptions.PROMPT,
          NORMALIZE,
          Dimensions.FIELD);

  static EmbedCall parse(byte[] body) throws MalformedException, UnfitException {
    JsonNode root = JsonBody.object(body, "{\"inputs\": \"text\"}", FIELDS);
    return new EmbedCall(
        TextInputs.read(root, INPUTS),
        TextOptions.read(root),
        OptionalField.truth(root, NORMALIZE).orElse(true),
        OptionalField.whole(root, Dimensions.FIELD));
  }

  @Override
  public Rows rows(ModelSpec model) throws UnfitException {
    Dimensions.of(dimensions, embedder(model));
    return new Rows(inputs.rows(), encoding, inputs.list());
  }

  /** The model's task, if it is this one. */
  static Embed embedder(ModelSpec model) throws UnfitException {
    if (model.task() instanceof Embed embed) {
      return embed;
    }
    throw TextCall.otherTask(model, "needed is one that makes one vector of a text");
  }

  @Override
  public long characters() {
    return inputs.characters();
  }

  @Override
  public Json.Writing answer(Answered answered) throws UnfitException {
    Embed embed = embedder(answered.model());
    int first = Dimensions.of(dimensions, embed);
    return json -> {
      json.writeStartArray();
      for (Outcome.Completed row : answered.rows()) {
        Json.write(embed.vector(row.prediction(), first, normalize), json);
      }
      json.writeEndArray();
    };
  }
}
