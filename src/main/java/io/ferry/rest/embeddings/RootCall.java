package io.ferry.rest.embeddings;

import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Json;
import java.util.Optional;

/**
 * {@code POST /}: what the path of the model's own task makes of the body. Clients that are given
 * the address of a server, and no path, send there.
 */
final class RootCall implements TextCall {

  private final byte[] body;

  /** What it is, once the model is known. */
  private Optional<TextCall> call = Optional.empty();

  /**
   * A call that is not read yet.
   *
   * @param body handed over, not copied
   */
  RootCall(byte[] body) {
    this.body = body;
  }

  @Override
  public Rows rows(ModelSpec model) throws MalformedException, UnfitException {
    TextCall its =
        switch (model.task()) {
          case Embed embed -> EmbedCall.parse(body);
          case EmbedAll embedAll -> EmbedAllCall.parse(body);
          case Classify classify -> PredictCall.parse(body);
          case Rerank rerank -> RerankCall.parse(body);
          case Tensors() -> throw TextCall.otherTask(model, "needed is one that reads texts");
        };
    call = Optional.of(its);
    return its.rows(model);
  }

  private TextCall its() {
    return call.orElseThrow(() -> new IllegalStateException("it was not read; this is a bug"));
  }

  @Override
  public String nameOf(int row) {
    return its().nameOf(row);
  }

  @Override
  public long characters() {
    return its().characters();
  }

  @Override
  public Json.Writing answer(Answered answered) throws UnfitException {
    return its().answer(answered);
  }
}
