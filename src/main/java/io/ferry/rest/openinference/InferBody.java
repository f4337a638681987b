package io.ferry.rest.openinference;

import io.ferry.inference.ModelChoice;
import io.ferry.openinference.InferRequest;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The body of a request to infer: JSON, JSON and binary data behind it, or binary data alone. */
sealed interface InferBody {

  /** Says how long the JSON is, in bytes, where binary data follow it. */
  String HEADER_LENGTH = "Inference-Header-Content-Length";

  /**
   * With JSON.
   *
   * @param forms how outputs are to be sent
   */
  record Described(InferRequest request, OutputForms forms) implements InferBody {}

  /**
   * The data of a model's only input; which that is, its model says. Its outputs are sent as bytes.
   */
  record Raw(ModelChoice model, byte[] data) implements InferBody {}

  /**
   * Reads a body.
   *
   * @param headerLength the header {@link #HEADER_LENGTH}
   * @throws MalformedException if it cannot be understood
   * @throws UnfitException if it asks for something that Ferry has not
   */
  static InferBody read(byte[] body, @Nullable String headerLength, ModelChoice model)
      throws MalformedException, UnfitException {
    Optional<Integer> json =
        headerLength == null ? Optional.empty() : Optional.of(length(headerLength, body.length));
    return json.isPresent() && json.get() == 0
        ? new Raw(model, body)
        : InferReader.read(body, json, model);
  }

  private static int length(String header, int bodyLength) throws MalformedException {
    int length;
    try {
      length = Integer.parseUnsignedInt(header.strip());
    } catch (NumberFormatException notANumber) {
      throw new MalformedException(
          "the header %s must be the length of the JSON in bytes, not \"%s\""
              .formatted(HEADER_LENGTH, Quotation.clip(header)));
    }
    if (length < 0 || length > bodyLength) {
      throw new MalformedException(
          "the header %s says that the JSON has %s bytes, the whole body has %d"
              .formatted(HEADER_LENGTH, Integer.toUnsignedString(length), bodyLength));
    }
    return length;
  }
}
