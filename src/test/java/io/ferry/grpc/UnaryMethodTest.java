package io.ferry.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.grpc.wire.GRPCInferenceServiceGrpc;
import io.ferry.grpc.wire.ServerLiveRequest;
import io.ferry.grpc.wire.ServerLiveResponse;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.pipeline.RequestListener.Refusal;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class UnaryMethodTest {

  private static final ServerLiveRequest REQUEST = ServerLiveRequest.getDefaultInstance();
  private static final ServerLiveResponse ANSWER =
      ServerLiveResponse.newBuilder().setLive(true).build();

  private final OpenCalls open = new OpenCalls();

  /** Remembers what is done to it. */
  private static final class RecordedCall
      extends ServerCall<Incoming<ServerLiveRequest>, ServerLiveResponse> {
    private final List<String> done = new ArrayList<>();
    private final CompletableFuture<Status> status = new CompletableFuture<>();
    private Metadata headers = new Metadata();
    private Metadata trailers = new Metadata();

    @Override
    public void request(int messages) {
      done.add("request " + messages);
    }

    @Override
    public void sendHeaders(Metadata sent) {
      headers = sent;
      done.add("headers");
    }

    @Override
    public void sendMessage(ServerLiveResponse message) {
      assertEquals(ANSWER, message);
      done.add("message");
    }

    @Override
    public void close(Status with, Metadata sent) {
      trailers = sent;
      done.add("close " + with.getCode());
      status.complete(with);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<Incoming<ServerLiveRequest>, ServerLiveResponse> getMethodDescriptor() {
      MethodDescriptor<ServerLiveRequest, ServerLiveResponse> method =
          GRPCInferenceServiceGrpc.getServerLiveMethod();
      return method.toBuilder(
              Incoming.by(method.getRequestMarshaller()), method.getResponseMarshaller())
          .build();
    }
  }

  private ServerCall.Listener<Incoming<ServerLiveRequest>> begin(
      RecordedCall call, UnaryMethod.Serving<ServerLiveRequest, ServerLiveResponse> serving) {
    return new UnaryMethod<>(serving, open).startCall(call, new Metadata());
  }

  private RecordedCall call(UnaryMethod.Serving<ServerLiveRequest, ServerLiveResponse> serving) {
    RecordedCall call = new RecordedCall();
    ServerCall.Listener<Incoming<ServerLiveRequest>> listener = begin(call, serving);
    listener.onMessage(new Incoming.Message<>(REQUEST));
    listener.onHalfClose();
    call.status.join();
    listener.onComplete();
    return call;
  }

  @Test
  void anAnswerIsHeadersAMessageAndAnEnd() {
    RecordedCall call =
        call((request, terms) -> new Reply.Answer<>(ANSWER, Map.of("x-batch-size", "3")));

    assertEquals(List.of("request 2", "headers", "message", "close OK"), call.done);
    assertEquals("3", call.headers.get(key("x-batch-size")));
    assertTrue(call.headers.containsKey(key("x-request-id")));
    assertEquals(0, open.awaitNone(Duration.ZERO));
  }

  @Test
  void itRunsOnAVirtualThread() {
    CompletableFuture<Boolean> virtual = new CompletableFuture<>();
    call(
        (request, terms) -> {
          virtual.complete(Thread.currentThread().isVirtual());
          return Reply.answer(ANSWER);
        });
    assertTrue(virtual.join());
  }

  @Test
  void whateverIsThrownIsAStatusThatTellsNothingOfTheInside() {
    Status exception =
        call((request, terms) -> {
              throw new IllegalStateException("secret");
            })
            .status
            .join();
    Status error =
        call((request, terms) -> {
              throw new StackOverflowError("secret");
            })
            .status
            .join();
    Status malformed =
        call((request, terms) -> {
              throw new MalformedException("mend it");
            })
            .status
            .join();
    Status unfit =
        call((request, terms) -> {
              throw new UnfitException(Flaw.UNSUPPORTED, "not here");
            })
            .status
            .join();

    assertEquals(Status.Code.INTERNAL, exception.getCode());
    assertEquals(Status.Code.INTERNAL, error.getCode());
    assertFalse(exception.toString().contains("secret"), exception::toString);
    assertFalse(error.toString().contains("secret"), error::toString);
    assertEquals(
        "INVALID_ARGUMENT mend it", malformed.getCode() + " " + malformed.getDescription());
    assertEquals("UNIMPLEMENTED not here", unfit.getCode() + " " + unfit.getDescription());
  }

  @Test
  void aMessageThatCannotBeReadEndsTheCallAtOnce() {
    RecordedCall call = new RecordedCall();
    ServerCall.Listener<Incoming<ServerLiveRequest>> listener =
        begin(call, (request, terms) -> Reply.answer(ANSWER));

    listener.onMessage(new Incoming.Unreadable<>(GrpcError.invalid("why"), Refusal.MALFORMED));
    listener.onHalfClose();
    listener.onComplete();

    assertEquals(List.of("request 2", "close INVALID_ARGUMENT"), call.done);
    assertTrue(call.trailers.containsKey(key("x-request-id")));
    assertEquals(0, open.awaitNone(Duration.ZERO));
  }

  @Test
  void aCancelReachesTheServingThreadWhileItWorks() throws InterruptedException {
    RecordedCall call = new RecordedCall();
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    ServerCall.Listener<Incoming<ServerLiveRequest>> listener =
        begin(
            call,
            (request, terms) -> {
              terms.cancellation().bind(cancelled::countDown);
              working.countDown();
              try {
                cancelled.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
              return Reply.failure(GrpcError.of(Status.CANCELLED, "gone"));
            });
    listener.onMessage(new Incoming.Message<>(REQUEST));
    listener.onHalfClose();
    working.await();
    assertEquals(1, open.awaitNone(Duration.ZERO), "it is being served");

    listener.onCancel();

    assertEquals(Status.Code.CANCELLED, call.status.join().getCode());
    assertEquals(0, open.awaitNone(Duration.ZERO));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
