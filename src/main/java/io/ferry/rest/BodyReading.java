package io.ferry.rest;

import io.ferry.inference.MemoryBudget;
import io.ferry.pipeline.RequestListener;
import io.ferry.pipeline.RequestListener.Refusal;
import io.ferry.protocol.BodyBudget;
import io.ferry.protocol.BodyLimit;
import io.ferry.rest.ErrorReply.ErrorType;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body on the event loop, before its virtual thread starts, and refuses one that
 * is too large. Left to the resource, a body blocks its thread twice, each time with a timer and
 * two hand-overs between threads: more than half of all context switches of a request.
 *
 * <p>All bodies together are bounded, too, see {@link BodyBudget}.
 */
public class BodyReading {

  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final BodyLimit limit;
  private final Protocols protocols;
  private final RequestListener listener;
  private final BodyBudget budget;

  BodyReading(BodyLimit limit, BodyBudget budget, Protocols protocols, RequestListener listener) {
    this.limit = limit;
    this.budget = budget;
    this.protocols = protocols;
    this.listener = listener;
  }

  /** Goes on when the body is there; answers if it never will be. */
  @ServerRequestFilter(nonBlocking = true)
  public @Nullable Uni<Response> read(ContainerRequestContext request, RoutingContext exchange) {
    return request.getMethod().equals(HttpMethod.POST)
        ? Uni.createFrom().emitter(done -> new Reading(request, exchange, done).begin())
        : null;
  }

  /** One body on its way. Belongs to the connection's event loop. */
  private final class Reading {

    private final ContainerRequestContext request;
    private final Protocol protocol;
    private final HttpServerRequest source;
    private final UniEmitter<? super @Nullable Response> done;
    private final Buffer body = Buffer.buffer();
    private final MemoryBudget.Share share = budget.share();

    Reading(
        ContainerRequestContext request,
        RoutingContext exchange,
        UniEmitter<? super @Nullable Response> done) {
      this.request = request;
      this.protocol = protocols.of(request.getUriInfo().getPath());
      this.source = exchange.request();
      this.done = done;
      exchange.addEndHandler(end -> share.end());
    }

    void begin() {
      String encoding = source.getHeader(HttpHeaders.CONTENT_ENCODING);
      if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
        source.resume();
        refuse(
            Refusal.MALFORMED,
            ErrorReply.of(
                415, ErrorType.Validation, "send the body as it is, without Content-Encoding"));
        return;
      }
      source.handler(this::part);
      source.endHandler(
          end -> {
            request.setEntityStream(new ByteArrayInputStream(body.getBytes()));
            done.complete(null);
          });
      source.exceptionHandler(
          broken -> {
            listener.requestRefused(protocol.label(), Refusal.MALFORMED);
            done.complete(
                ErrorReply.badRequest("the body broke off before its end").response(protocol));
          });
      if ("100-continue".equalsIgnoreCase(source.getHeader("Expect"))) {
        source.response().writeContinue();
      }
      source.resume();
    }

    private void part(Buffer part) {
      if (!share.grow(part.length())) {
        refuse(Refusal.TOO_MANY_BODIES, tooManyAtOnce());
      } else if (body.length() + part.length() > limit.bytes()) {
        refuse(Refusal.TOO_LARGE, tooLarge());
      } else {
        body.appendBuffer(part);
      }
    }

    private void refuse(Refusal why, ErrorReply reply) {
      // What still comes is dropped.
      source.handler(dropped -> {});
      source.endHandler(end -> {});
      share.end();
      listener.requestRefused(protocol.label(), why);
      done.complete(reply.response(protocol));
    }
  }

  private ErrorReply tooLarge() {
    return ErrorReply.of(
        413, ErrorType.Validation, "the body is larger than %d bytes".formatted(limit.bytes()));
  }

  private ErrorReply tooManyAtOnce() {
    return new ErrorReply(
        429,
        ErrorType.Overloaded,
        "too many large bodies at once; try again later",
        Optional.of(RETRY_SOON));
  }
}
