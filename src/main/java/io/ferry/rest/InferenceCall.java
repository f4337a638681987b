package io.ferry.rest;

import io.ferry.inference.AnswerSize;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.model.ModelSpec;
import io.ferry.model.RequestLimits;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One request of one protocol, its body parsed: what {@link InferenceEndpoint} asks of it. */
public interface InferenceCall {

  /**
   * What is to be run.
   *
   * @param inputs one row each; unchecked
   * @param encoding how texts are to be encoded
   * @param list whether they came as a list, so that a message about one names which
   * @param answer what the answer takes
   */
  record Rows(List<Input> inputs, EncodingOptions encoding, boolean list, AnswerSize answer) {

    /** With a small answer. */
    public Rows(List<Input> inputs, EncodingOptions encoding, boolean list) {
      this(inputs, encoding, list, AnswerSize.SMALL);
    }

    /** Copies the list. */
    public Rows {
      inputs = List.copyOf(inputs);
    }
  }

  /** The model that it is for. */
  ModelChoice model();

  /** How long its body says that the caller waits; a header may say so, too. */
  default Optional<Duration> timeout() {
    return Optional.empty();
  }

  /** The priority in its body, 0 to 9, unchecked; a header may say so, too. */
  default OptionalLong priority() {
    return OptionalLong.empty();
  }

  /**
   * The rows, as this model takes them. Also the place to refuse options that mean nothing for it.
   *
   * @param limits kept to by the pipeline in any case; here for a body of few bytes that would
   *     become many rows
   * @throws MalformedException if something is of a wrong type or missing
   * @throws UnfitException if the model cannot do what is asked
   */
  Rows rows(ModelSpec model, RequestLimits limits) throws MalformedException, UnfitException;

  /** What a message about one row of a list calls it. */
  default String nameOf(int row) {
    return "input " + row;
  }

  /**
   * The answer; the endpoint adds the headers that all protocols have.
   *
   * @throws UnfitException if what the model gave cannot be said in the form asked for
   */
  Response.ResponseBuilder answer(Answered answered) throws UnfitException;
}
