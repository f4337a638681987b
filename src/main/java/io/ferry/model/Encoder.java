package io.ferry.model;

import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import java.util.Optional;

/**
 * Port: checks what a caller sends, and turns it into what the model takes. Any thread may call it,
 * several at once.
 */
@FunctionalInterface
public interface Encoder extends AutoCloseable {

  /** What becomes of an input. */
  sealed interface Encoded {

    /** The model takes it. */
    record Row(ModelInput input) implements Encoded {}

    /** The model does not take it; the caller is told why. */
    record Refused(Outcome.Invalid why) implements Encoded {}
  }

  /**
   * Encodes one input. What comes out is safe for native code: token ids are of the model's
   * vocabulary and no more than it takes; tensors have the datatypes and shapes of its signature.
   *
   * @param input texts are well-formed Unicode: no surrogate without its other half
   * @throws EncodingException if the tokenizer fails; a {@link ClosedEncoderException} if it is
   *     closed
   */
  Encoded encode(Input input, EncodingOptions options) throws EncodingException;

  /** The tokenizer behind it; empty if it has none. */
  default Optional<Tokenization> tokenization() {
    return Optional.empty();
  }

  /** Frees what the encoder holds, once nobody is inside; encoding fails from then on. */
  @Override
  default void close() {}
}
