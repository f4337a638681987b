package io.ferry.rest;

import io.ferry.batching.BatchPolicy;
import io.ferry.inference.AnswerBudget;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Outcome;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import io.ferry.pipeline.RequestListener;
import io.ferry.pipeline.RequestListener.Refusal;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.TimingHeaders;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.ErrorReply.ErrorType;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request that all protocols over HTTP share: parse, find the model, read the rows as
 * it takes them, run them, answer. Every request blocks its own virtual thread. Errors are
 * returned, never thrown: an exception that meets a closing connection can keep a thread of Quarkus
 * REST spinning (quarkus issue 55116).
 */
@Singleton
public class InferenceEndpoint {

  private static final Logger LOG = Logger.getLogger(InferenceEndpoint.class);
  private static final ErrorReply BROKEN_OFF =
      ErrorReply.badRequest("the body could not be read to its end");

  private final InferencePipeline pipeline;
  private final RequestListener listener;
  private final AnswerBudget answers;

  InferenceEndpoint(InferencePipeline pipeline, RequestListener listener, AnswerBudget answers) {
    this.pipeline = pipeline;
    this.answers = answers;
    this.listener = listener;
  }

  /** Reads a body as one protocol does. */
  @FunctionalInterface
  public interface Parsing {
    /**
     * Parses.
     *
     * @param body whole; empty where the request has none
     * @throws MalformedException if it cannot be understood
     * @throws UnfitException if it asks for something that no model here does
     */
    InferenceCall parse(byte[] body) throws MalformedException, UnfitException;
  }

  /**
   * Serves one request.
   *
   * @param body in memory already, see {@link BodyReading}; null where the request has none
   */
  public Response serve(
      Protocol protocol,
      @Nullable InputStream body,
      HttpHeaders headers,
      RoutingContext exchange,
      Parsing parsing) {
    try {
      InferenceCall call = parsing.parse(body == null ? new byte[0] : body.readAllBytes());
      CallTerms terms = terms(headers, exchange);
      return switch (pipeline.lookUp(protocol.label(), call.model())) {
        case ModelLookup.Missing(Refused refused) -> {
          if (refused.outcome() instanceof Outcome.ModelNotNamed) {
            listener.requestRefused(protocol.label(), Refusal.MALFORMED);
          }
          yield ErrorReply.of(refused.outcome()).response(protocol);
        }
        case ModelLookup.Found found -> serve(protocol, call, terms, found);
      };
    } catch (MalformedException malformed) {
      return refused(protocol, Refusal.MALFORMED, ErrorReply.of(malformed));
    } catch (UnfitException unfit) {
      return unfit(protocol, "", unfit);
    } catch (IOException brokenOff) {
      return refused(protocol, Refusal.MALFORMED, BROKEN_OFF);
    } catch (Throwable bug) {
      return refused(protocol, Refusal.ERROR, bug(bug));
    }
  }

  /**
   * What a call says besides its address and its body.
   *
   * @throws MalformedException if a header is no whole number
   */
  public CallTerms terms(HttpHeaders headers, RoutingContext exchange) throws MalformedException {
    return CallTerms.of(headers, exchange, answers);
  }

  /** Answers without running a model. */
  @FunctionalInterface
  public interface Answering {
    /**
     * The answer.
     *
     * @throws MalformedException if the request cannot be understood
     * @throws UnfitException if it asks for something impossible
     * @throws IOException if its body broke off
     */
    Response answer() throws MalformedException, UnfitException, IOException;
  }

  /** Answers a request that runs no model. */
  public Response answer(Protocol protocol, Answering answering) {
    try {
      return answering.answer();
    } catch (MalformedException malformed) {
      return ErrorReply.of(malformed).response(protocol);
    } catch (UnfitException unfit) {
      return ErrorReply.of(unfit).response(protocol);
    } catch (IOException brokenOff) {
      return BROKEN_OFF.response(protocol);
    } catch (Throwable bug) {
      return bug(bug).response(protocol);
    }
  }

  private static ErrorReply bug(Throwable bug) {
    // Errors, too, such as too little memory for a body: nothing may leave a resource.
    LOG.error("A bug; the request is answered with 500", bug);
    return ErrorReply.of(500, ErrorType.Backend, "an error of the server's own; its log has it");
  }

  private Response serve(
      Protocol protocol, InferenceCall call, CallTerms terms, ModelLookup.Found found)
      throws MalformedException {
    try {
      InferenceCall.Rows rows = call.rows(found.model(), found.deployment().limits());
      InferenceRequest inference =
          new InferenceRequest(
              protocol.label(),
              call.model(),
              rows.inputs(),
              rows.encoding(),
              call.timeout().or(terms.headers()::timeout),
              call.priority()
                  .orElse(terms.headers().priority().orElse(BatchPolicy.DEFAULT_PRIORITY)),
              terms.cancellation(),
              rows.answer(),
              terms.room());
      return switch (pipeline.infer(inference)) {
        case Answered answered -> {
          Response.ResponseBuilder response = call.answer(answered);
          TimingHeaders.of(answered.rows(), answered.totalNanos()).forEach(response::header);
          yield response.build();
        }
        case Refused refused ->
            (rows.list() ? ErrorReply.of(refused, call::nameOf) : ErrorReply.of(refused.outcome()))
                .response(protocol);
      };
    } catch (UnfitException unfit) {
      return unfit(protocol, found.model().name(), unfit);
    }
  }

  private Response unfit(Protocol protocol, String model, UnfitException unfit) {
    listener.requestEnded(protocol.label(), model, unfit.outcome(), 0);
    return ErrorReply.of(unfit).response(protocol);
  }

  private Response refused(Protocol protocol, Refusal why, ErrorReply error) {
    listener.requestRefused(protocol.label(), why);
    return error.response(protocol);
  }
}
