package io.ferry.rest;

import io.ferry.batching.BatchPolicy;
import io.ferry.inference.Cancellation;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.pipeline.InferenceReply.Refused;
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
 * {@code POST /process}: a text or a list of texts in, the model's answers out. Every request
 * blocks its own virtual thread. Errors are returned, never thrown: an exception that meets a
 * closing connection can keep a thread of Quarkus REST spinning (quarkus issue 55116).
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
      if (request.topK().orElse(1) < 1) {
        return outOfRange("\"top_k\" must be at least 1");
      }
      if (priority < 0 || priority > BatchPolicy.MAX_PRIORITY) {
        return outOfRange(
            "priority is %d, allowed is 0 to %d (higher is sooner)"
                .formatted(priority, BatchPolicy.MAX_PRIORITY));
      }
      OptionalLong timeout =
          request.timeoutMillis().isPresent() ? request.timeoutMillis() : given.timeoutMillis();
      InferenceRequest inference =
          new InferenceRequest(
              PROTOCOL,
              request.model(),
              request.texts().stream().<Input>map(Input.Text::new).toList(),
              EncodingOptions.DEFAULT,
              timeout.isEmpty() ? Optional.empty() : Optional.of(millis(timeout.getAsLong())),
              (int) priority,
              cancelledBy(exchange));
      return switch (pipeline.infer(inference)) {
        case Answered answered -> new ProcessAnswer(answered, request).response();
        case Refused refused -> ErrorReply.of(refused, request.list()).response();
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

  private Response outOfRange(String message) {
    Outcome invalid = new Outcome.Invalid(Outcome.Flaw.VALIDATION, message);
    listener.requestEnded(PROTOCOL, "", invalid, 0);
    return ErrorReply.of(422, ErrorType.Validation, message).response();
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
