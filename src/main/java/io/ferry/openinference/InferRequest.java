package io.ferry.openinference;

import io.ferry.inference.ModelChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request to infer, read and with sizes that agree, but not compared with a model.
 *
 * @param id the caller's own, given back
 * @param model the model it is for
 * @param inputs in the order of the request
 * @param outputs those asked for; none: all
 * @param timeout how long the caller waits
 * @param priority Ferry's: 0 to 9, higher sooner; unchecked
 */
public record InferRequest(
    Optional<String> id,
    ModelChoice model,
    List<WireTensor> inputs,
    List<RequestedOutput> outputs,
    Optional<Duration> timeout,
    OptionalLong priority) {

  /** Copies the lists. */
  public InferRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * An output that is asked for.
   *
   * @param name what the model calls it
   * @param classes of Triton's classification extension: so many of the highest values, as {@code
   *     value:index:label}; 0: the tensor itself
   */
  public record RequestedOutput(String name, int classes) {}
}
