package io.ferry.openinference;

import java.util.List;
import java.util.Optional;

/**
 * The answer to a request to infer.
 *
 * @param model the model that served it
 * @param version its version
 * @param id the request's
 * @param outputs in the order asked for, or the model's
 */
public record InferResponse(
    String model, String version, Optional<String> id, List<WireTensor> outputs) {

  /** Copies the list. */
  public InferResponse {
    outputs = List.copyOf(outputs);
  }
}
