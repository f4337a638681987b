package io.ferry.rest;

import io.ferry.batching.BatchPolicy;
import io.ferry.inference.Cancellation;
import io.ferry.inference.InferenceRequest;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import io.ferry.pipeline.RequestListener;
import io.ferry.rest.ErrorReply.ErrorType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /process}: what a model takes in, its answers out. Every request blocks its own
 * virtual thread. Errors are returned, never thrown: an exception that meets a closing connection
 * can keep a thread of Quarkus REST spinning (quarkus issue 55116).
 */
@Path("/process")
@RunOnVirtualThread
public class ProcessResource {

  private static final Logger LOG = Logger.getLogger(ProcessResource.class);
  static final String PROTOCOL = "process";

  private final InferencePipeline pipeline;
  private final RequestListener listener;

  ProcessResource(InferencePipeline pipeline, RequestListener listener) {
    this.pipeline = pipeline;
    this.listener = listener;
  }

  /**
   * Serves one request.
   *
   * @param body in memory already, see {@link BodyReading}; null where the request has none
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  // Described in META-INF/openapi.yaml: bodies and answers are no Java types that can be read off.
  @Operation(hidden = true)
  public Response process(
      @Nullable InputStream body, @Context HttpHeaders headers, @Context RoutingContext exchange) {
    try {
      ProcessRequest request =
          ProcessRequest.parse(body == null ? new byte[0] : body.readAllBytes());
      RequestHeaders given = RequestHeaders.of(headers);
      long priority =
          request.priority().orElse(given.priority().orElse(BatchPolicy.DEFAULT_PRIORITY));
      if (priority < 0 || priority > BatchPolicy.MAX_PRIORITY) {
        return refused(
            "",
            new UnfitException(
                "priority is %d, allowed is 0 to %d (higher is sooner)"
                    .formatted(priority, BatchPolicy.MAX_PRIORITY)));
      }
      OptionalLong timeout =
          request.timeoutMillis().isPresent() ? request.timeoutMillis() : given.timeoutMillis();
      return switch (pipeline.lookUp(PROTOCOL, request.model())) {
        case ModelLookup.Missing(Refused refused) -> ErrorReply.of(refused.outcome()).response();
        case ModelLookup.Found(ModelSpec model) ->
            serve(request, model, timeout, (int) priority, cancelledBy(exchange));
      };
    } catch (MalformedException malformed) {
      return ErrorReply.badRequest(malformed.explanation()).response();
    } catch (IOException brokenOff) {
      return ErrorReply.badRequest("the body could not be read to its end").response();
    } catch (Throwable bug) {
      // Errors, too, such as too little memory for this body: nothing may leave this method.
      LOG.error("A bug; the request is answered with 500", bug);
      return ErrorReply.of(500, ErrorType.Backend, "an error of the server's own; its log has it")
          .response();
    }
  }

  private Response serve(
      ProcessRequest request,
      ModelSpec model,
      OptionalLong timeout,
      int priority,
      Cancellation cancellation)
      throws MalformedException {
    ProcessInput input;
    try {
      input = ProcessInput.read(request.input(), model);
      request.options().check(model);
    } catch (UnfitException unfit) {
      return refused(model.name(), unfit);
    }
    InferenceRequest inference =
        new InferenceRequest(
            PROTOCOL,
            request.model(),
            input.rows(),
            request.options().encoding(),
            timeout.isEmpty() ? Optional.empty() : Optional.of(millis(timeout.getAsLong())),
            priority,
            cancellation);
    return switch (pipeline.infer(inference)) {
      case Answered answered ->
          new ProcessAnswer(answered, input.list(), request.options()).response();
      case Refused refused -> ErrorReply.of(refused, input.list()).response();
    };
  }

  private Response refused(String model, UnfitException unfit) {
    listener.requestEnded(PROTOCOL, model, unfit.outcome(), 0);
    return ErrorReply.of(unfit.outcome()).response();
  }

  /** Longer than any server waits is as good as for ever, and does not overflow. */
  private static Duration millis(long millis) {
    return Duration.ofMillis(Math.clamp(millis, 0, Integer.MAX_VALUE));
  }

  private static Cancellation cancelledBy(RoutingContext exchange) {
    Cancellation cancellation = new Cancellation();
    exchange.addEndHandler(
        end -> {
          if (end.failed()) {
            cancellation.cancel();
          }
        });
    return cancellation;
  }
}
