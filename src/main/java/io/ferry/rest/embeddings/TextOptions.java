package io.ferry.rest.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.OptionalField;
import java.util.Locale;
import java.util.Optional;

/** The fields that say how texts are to be encoded. */
final class TextOptions {

  static final String TRUNCATE = "truncate";
  static final String DIRECTION = "truncation_direction";
  static final String PROMPT = "prompt_name";

  private TextOptions() {}

  /**
   * Reads them; {@code prompt_name} is read whether the path knows it or not, so an object must
   * have been searched for unknown fields before.
   *
   * <p>As in TEI a direction says nothing about whether a text is cut.
   *
   * @throws MalformedException if one is of a wrong type
   * @throws UnfitException if a direction is none
   */
  static EncodingOptions read(JsonNode object) throws MalformedException, UnfitException {
    boolean truncate = OptionalField.truth(object, TRUNCATE).orElse(false);
    Truncation direction = direction(OptionalField.text(object, DIRECTION).orElse("right"));
    Optional<String> prompt = OptionalField.text(object, PROMPT);
    return new EncodingOptions(truncate ? direction : Truncation.REFUSE, prompt);
  }

  private static Truncation direction(String name) throws UnfitException {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "left" -> Truncation.LEFT;
      case "right" -> Truncation.RIGHT;
      default ->
          throw new UnfitException(
              Flaw.VALIDATION,
              DIRECTION,
              "\"truncation_direction\" is \"%s\", allowed are \"Left\" and \"Right\""
                  .formatted(Quotation.clip(name)));
    };
  }
}
