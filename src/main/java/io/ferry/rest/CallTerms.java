package io.ferry.rest;

import io.ferry.inference.Cancellation;
import io.ferry.inference.ModelChoice;
import io.ferry.pipeline.TokenTerms;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.RequestHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/**
 * What a call says besides its address and its body.
 *
 * @param headers those that requests of all protocols have
 * @param cancellation cancelled when the caller goes away
 */
public record CallTerms(RequestHeaders headers, Cancellation cancellation) {

  /**
   * Reads the headers, and watches the caller from now on.
   *
   * @throws MalformedException if a header is no whole number
   */
  public static CallTerms of(HttpHeaders headers, RoutingContext exchange)
      throws MalformedException {
    RequestHeaders given =
        RequestHeaders.of(name -> Optional.ofNullable(headers.getHeaderString(name)));
    Cancellation cancellation = new Cancellation();
    exchange.addEndHandler(
        end -> {
          if (end.failed()) {
            cancellation.cancel();
          }
        });
    return new CallTerms(given, cancellation);
  }

  /** As they are for a call that asks a model's tokenizer alone. */
  public TokenTerms tokens(ModelChoice model) {
    return new TokenTerms(model, headers.timeout(), cancellation);
  }
}
