package io.ferry.rest;

import io.ferry.inference.AnswerBudget;
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
 * @param room for the answer; closed when it was handed over to be sent, or nobody is there any
 *     more
 */
public record CallTerms(RequestHeaders headers, Cancellation cancellation, AnswerBudget.Room room) {

  /**
   * Reads the headers, and watches the caller from now on.
   *
   * @throws MalformedException if a header is no whole number
   */
  static CallTerms of(HttpHeaders headers, RoutingContext exchange, AnswerBudget answers)
      throws MalformedException {
    RequestHeaders given =
        RequestHeaders.of(name -> Optional.ofNullable(headers.getHeaderString(name)));
    AnswerBudget.Room room = answers.room();
    Cancellation cancellation = new Cancellation();
    exchange.addEndHandler(
        end -> {
          room.close();
          if (end.failed()) {
            cancellation.cancel();
          }
        });
    if (exchange.response().closed()) {
      // The caller went before anybody listened: no handler is told any more.
      cancellation.cancel();
      room.close();
    }
    return new CallTerms(given, cancellation, room);
  }

  /** As they are for a call that asks a model's tokenizer alone. */
  public TokenTerms tokens(ModelChoice model) {
    return new TokenTerms(model, headers.timeout(), cancellation, room);
  }
}
