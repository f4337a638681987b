package io.ferry.rest.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Prediction;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import io.ferry.rest.OptionalField;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code POST /rerank}: how well each text answers a query, best first; equal ones in the order of
 * the request.
 *
 * @param query {@code query}
 * @param texts {@code texts}
 * @param encoding how they are encoded
 * @param rawScores {@code raw_scores}: logits instead of scores
 * @param returnText {@code return_text}: whether the texts are in the answer
 */
record RerankCall(
    String query,
    List<String> texts,
    EncodingOptions encoding,
    boolean rawScores,
    boolean returnText)
    implements TextCall {

  private static final String QUERY = "query";
  private static final String TEXTS = "texts";
  private static final String RAW_SCORES = "raw_scores";
  private static final String RETURN_TEXT = "return_text";

  private static final List<String> FIELDS =
      List.of(QUERY, TEXTS, TextOptions.TRUNCATE, TextOptions.DIRECTION, RAW_SCORES, RETURN_TEXT);

  /** Copies the list. */
  RerankCall {
    texts = List.copyOf(texts);
  }

  static RerankCall parse(byte[] body) throws MalformedException, UnfitException {
    JsonNode root = JsonBody.object(body, "{\"query\": \"text\", \"texts\": [\"text\"]}", FIELDS);
    return new RerankCall(
        RequiredField.text(root, QUERY),
        RequiredField.texts(root, TEXTS),
        TextOptions.read(root),
        OptionalField.truth(root, RAW_SCORES).orElse(false),
        OptionalField.truth(root, RETURN_TEXT).orElse(false));
  }

  @Override
  public Rows rows(ModelSpec model) throws UnfitException {
    reranker(model);
    if (query.isEmpty()) {
      // Each pair would say so of its own text.
      throw new UnfitException(Flaw.EMPTY, QUERY, "the query is empty");
    }
    return new Rows(
        texts.stream().<Input>map(text -> new Input.Pair(query, text)).toList(), encoding, true);
  }

  private static Rerank reranker(ModelSpec model) throws UnfitException {
    if (model.task() instanceof Rerank rerank) {
      return rerank;
    }
    throw TextCall.otherTask(model, "/rerank needs a reranker");
  }

  @Override
  public String nameOf(int row) {
    return "text " + row;
  }

  /** The query counts once for each text, as it is read so often. */
  @Override
  public long characters() {
    return TextCall.characters(query) * texts.size()
        + texts.stream().mapToLong(TextCall::characters).sum();
  }

  private record Ranked(int index, double score) {}

  @Override
  public Json.Writing answer(Answered answered) throws UnfitException {
    Rerank rerank = reranker(answered.model());
    List<Ranked> ranking =
        IntStream.range(0, answered.rows().size())
            .mapToObj(i -> new Ranked(i, score(rerank, answered.rows().get(i).prediction())))
            .sorted(Comparator.comparingDouble(Ranked::score).reversed())
            .toList();
    return json -> {
      json.writeStartArray();
      for (Ranked ranked : ranking) {
        json.writeStartObject();
        json.writeNumberField("index", ranked.index());
        if (returnText) {
          json.writeStringField("text", texts.get(ranked.index()));
        }
        json.writeNumberField("score", (float) ranked.score());
        json.writeEndObject();
      }
      json.writeEndArray();
    };
  }

  private double score(Rerank rerank, Prediction prediction) {
    return rawScores ? rerank.logit(prediction) : rerank.score(prediction);
  }
}
