package io.ferry.rest;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Embed;
import io.ferry.protocol.UnfitException;
import java.util.OptionalLong;

/** How many numbers of an embedder's vector a request asks for. */
public final class Dimensions {

  /** The field that says so in every protocol. */
  public static final String FIELD = "dimensions";

  private Dimensions() {}

  /**
   * The number asked for, or all there are.
   *
   * @throws UnfitException if the vector has not so many
   */
  public static int of(OptionalLong asked, Embed embed) throws UnfitException {
    long count = asked.orElse(embed.dimensions());
    if (count < 1 || count > embed.dimensions()) {
      throw new UnfitException(
          Flaw.VALIDATION,
          FIELD,
          "\"dimensions\" is %d; the model's vectors have %d, so 1 to %d are allowed"
              .formatted(count, embed.dimensions(), embed.dimensions()));
    }
    return (int) count;
  }
}
