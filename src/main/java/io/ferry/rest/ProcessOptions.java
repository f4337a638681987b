package io.ferry.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The fields of {@code /process} that change what is run or answered. Which of them mean anything
 * depends on the model's task; one that means nothing is refused rather than ignored.
 *
 * @param topK {@code top_k}: so many labels or ranked texts at most
 * @param dimensions {@code dimensions}: so many numbers of a vector
 * @param truncate {@code truncate}: whether a text that is too long is cut, not refused
 * @param truncationDirection {@code truncation_direction}: {@code left} or {@code right}
 * @param promptName {@code prompt_name}: a prompt of the model's files
 */
record ProcessOptions(
    OptionalLong topK,
    OptionalLong dimensions,
    Optional<Boolean> truncate,
    Optional<String> truncationDirection,
    Optional<String> promptName) {

  static final String TOP_K = "top_k";
  static final String DIMENSIONS = Dimensions.FIELD;
  static final String TRUNCATE = "truncate";
  static final String TRUNCATION_DIRECTION = "truncation_direction";
  static final String PROMPT_NAME = "prompt_name";

  private static final String LEFT = "left";
  private static final String RIGHT = "right";

  /**
   * Reads them.
   *
   * @throws MalformedException if one is of a wrong type
   */
  static ProcessOptions read(JsonNode root) throws MalformedException {
    return new ProcessOptions(
        OptionalField.whole(root, TOP_K),
        OptionalField.whole(root, DIMENSIONS),
        OptionalField.truth(root, TRUNCATE),
        OptionalField.text(root, TRUNCATION_DIRECTION),
        OptionalField.text(root, PROMPT_NAME));
  }

  /**
   * Checks them against the model that will serve.
   *
   * @throws UnfitException if one means nothing for it, or has a value that it does not take
   */
  void check(ModelSpec model) throws UnfitException {
    List<String> used = used(model);
    refuseUnused(topK.isPresent(), TOP_K, used, model);
    refuseUnused(dimensions.isPresent(), DIMENSIONS, used, model);
    refuseUnused(truncate.isPresent(), TRUNCATE, used, model);
    refuseUnused(truncationDirection.isPresent(), TRUNCATION_DIRECTION, used, model);
    refuseUnused(promptName.isPresent(), PROMPT_NAME, used, model);
    if (topK.orElse(1) < 1) {
      throw new UnfitException("\"top_k\" must be at least 1");
    }
    if (model.task() instanceof Embed embed) {
      Dimensions.of(dimensions, embed);
    }
    if (truncationDirection.isPresent()) {
      String direction = truncationDirection.get().toLowerCase(Locale.ROOT);
      if (!direction.equals(LEFT) && !direction.equals(RIGHT)) {
        throw new UnfitException(
            "\"truncation_direction\" is \"%s\", allowed are \"left\" and \"right\""
                .formatted(Quotation.clip(truncationDirection.get())));
      }
      if (!truncate.orElse(false)) {
        throw new UnfitException("\"truncation_direction\" needs \"truncate\": true");
      }
    }
  }

  private static List<String> used(ModelSpec model) {
    return switch (model.task()) {
      case Classify classify -> List.of(TOP_K, TRUNCATE, TRUNCATION_DIRECTION, PROMPT_NAME);
      case Embed embed -> List.of(DIMENSIONS, TRUNCATE, TRUNCATION_DIRECTION, PROMPT_NAME);
      case EmbedAll embedAll -> List.of(TRUNCATE, TRUNCATION_DIRECTION, PROMPT_NAME);
      case Rerank rerank -> List.of(TOP_K, TRUNCATE, TRUNCATION_DIRECTION);
      case Tensors() -> List.of();
    };
  }

  private static void refuseUnused(boolean there, String field, List<String> used, ModelSpec model)
      throws UnfitException {
    if (there && !used.contains(field)) {
      throw new UnfitException(
          "%s and has no use for \"%s\"".formatted(TaskForm.does(model), field));
    }
  }

  /** How texts are to be encoded. */
  EncodingOptions encoding() {
    return new EncodingOptions(truncation(), promptName);
  }

  private Truncation truncation() {
    if (!truncate.orElse(false)) {
      return Truncation.REFUSE;
    }
    return truncationDirection
        .map(it -> it.equalsIgnoreCase(LEFT) ? Truncation.LEFT : Truncation.RIGHT)
        .orElse(Truncation.MODEL_SIDE);
  }
}
