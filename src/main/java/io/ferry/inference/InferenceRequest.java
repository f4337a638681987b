package io.ferry.inference;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a protocol adapter asks of the pipeline, in no protocol's terms.
 *
 * @param protocol the adapter's name, a metrics label such as {@code process}
 * @param model the model asked for
 * @param inputs one row each; unchecked
 * @param encoding how texts are to be encoded
 * @param timeout how long the caller waits; empty, or longer than the server's own: the server's
 *     own
 * @param priority 0 to 9, higher sooner; unchecked
 * @param cancellation cancelled by the adapter when its caller goes away
 * @param answerSize what the answer takes
 * @param room where that is taken; the adapter closes it when the answer is gone
 */
public record InferenceRequest(
    String protocol,
    ModelChoice model,
    List<Input> inputs,
    EncodingOptions encoding,
    Optional<Duration> timeout,
    long priority,
    Cancellation cancellation,
    AnswerSize answerSize,
    AnswerBudget.Room room) {

  /** Copies the list of inputs. */
  public InferenceRequest {
    inputs = List.copyOf(inputs);
  }
}
