package io.ferry.grpc;

import io.ferry.inference.Cancellation;
import io.ferry.pipeline.RequestListener.Refusal;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.RequestId;
import io.ferry.protocol.UnfitException;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A method with one message each way. Every call has a virtual thread of its own, which it may
 * block. Nothing is thrown out of it: what goes wrong is a status.
 *
 * <p>It takes the place of generated base classes: those hide the call, whose deadline, cancel and
 * metadata are wanted here, and Quarkus tells them of a cancel only when their method has returned.
 */
final class UnaryMethod<Q, A> implements ServerCallHandler<Incoming<Q>, A> {

  private static final Logger LOG = Logger.getLogger(UnaryMethod.class);
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private static final Metadata.Key<String> REQUEST_ID = key(RequestId.HEADER);

  private final Serving<Q, A> serving;
  private final OpenCalls open;

  UnaryMethod(Serving<Q, A> serving, OpenCalls open) {
    this.serving = serving;
    this.open = open;
  }

  /** What the method does. */
  @FunctionalInterface
  interface Serving<Q, A> {
    /**
     * Serves one call.
     *
     * @throws MalformedException if the message cannot be understood
     * @throws UnfitException if it asks for something impossible
     */
    Reply<A> serve(Q request, CallTerms terms) throws MalformedException, UnfitException;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public ServerCall.Listener<Incoming<Q>> startCall(
      ServerCall<Incoming<Q>, A> call, Metadata metadata) {
    Optional<MessageReceipt> receipt = Optional.ofNullable(MessageReceipt.KEY.get());
    OneCall one =
        new OneCall(
            call,
            new CallTerms(
                metadata, Optional.ofNullable(Context.current().getDeadline()), new Cancellation()),
            receipt);
    receipt.ifPresent(it -> it.orElse(one::noRoom));
    // One message, and a second one to see that there is none.
    call.request(2);
    return one;
  }

  /** One call. Its events come one after the other; the answer comes from the virtual thread. */
  private final class OneCall extends ServerCall.Listener<Incoming<Q>> {

    private final ServerCall<Incoming<Q>, A> call;
    private final CallTerms terms;
    private final Optional<MessageReceipt> receipt;
    private final String requestId;
    private final AtomicBoolean answered = new AtomicBoolean();
    private final AtomicBoolean serving = new AtomicBoolean();

    private @Nullable Q message;

    OneCall(ServerCall<Incoming<Q>, A> call, CallTerms terms, Optional<MessageReceipt> receipt) {
      this.call = call;
      this.terms = terms;
      this.receipt = receipt;
      this.requestId = RequestId.of(terms.header(RequestId.HEADER));
    }

    @Override
    public void onMessage(Incoming<Q> arrived) {
      switch (arrived) {
        case Incoming.Message<Q>(Q next) when message == null -> message = next;
        case Incoming.Message<Q> second ->
            fail(GrpcError.invalid("the call takes one message; there is a second one"));
        case Incoming.Unreadable<Q>(GrpcError error, Refusal why) -> {
          receipt.ifPresent(it -> it.refused(why));
          fail(error);
        }
      }
    }

    @Override
    public void onHalfClose() {
      if (answered.get()) {
        return;
      }
      Q request = message;
      if (request == null) {
        fail(GrpcError.invalid("the call takes one message; there is none"));
      } else {
        // The message is not kept here while it is served: it may be large.
        message = null;
        serving.set(true);
        open.began();
        Thread.ofVirtual().name("ferry-grpc").start(() -> serve(request));
      }
    }

    @Override
    public void onCancel() {
      terms.callerGoes();
      ended();
    }

    @Override
    public void onComplete() {
      ended();
    }

    private void ended() {
      if (serving.compareAndSet(true, false)) {
        open.ended();
      }
    }

    private void serve(Q request) {
      try {
        switch (reply(request)) {
          case Reply.Answer<A>(A answer, Map<String, String> headers) -> send(answer, headers);
          case Reply.Failure<A>(GrpcError error) -> fail(error);
        }
      } catch (RuntimeException broken) {
        LOG.error("An answer could not be sent", broken);
      }
    }

    private Reply<A> reply(Q request) {
      try {
        return UnaryMethod.this.serving.serve(request, terms);
      } catch (MalformedException malformed) {
        return Reply.failure(GrpcError.invalid(malformed.explanation()));
      } catch (UnfitException unfit) {
        return Reply.failure(GrpcError.of(unfit.outcome()));
      } catch (Throwable bug) {
        // Errors, too, such as too little memory: the caller must not wait for ever.
        LOG.error("A bug; the call is answered with INTERNAL", bug);
        return Reply.failure(bug());
      }
    }

    private void send(A answer, Map<String, String> headers) {
      if (answered.compareAndSet(false, true)) {
        Metadata metadata = new Metadata();
        metadata.put(REQUEST_ID, requestId);
        headers.forEach((name, value) -> metadata.put(key(name), value));
        call.sendHeaders(metadata);
        call.sendMessage(answer);
        call.close(Status.OK, new Metadata());
      }
    }

    private void fail(GrpcError error) {
      if (answered.compareAndSet(false, true)) {
        Metadata trailers = error.trailers();
        trailers.put(REQUEST_ID, requestId);
        call.close(error.status(), trailers);
      }
    }

    private void noRoom() {
      fail(
          new GrpcError(
              Status.RESOURCE_EXHAUSTED.withDescription(
                  "too many large messages at once; try again later"),
              Optional.of(RETRY_SOON)));
    }
  }

  /** What a caller hears of a bug. */
  static GrpcError bug() {
    return GrpcError.of(Status.INTERNAL, "an error of the server's own; its log has it");
  }
}
