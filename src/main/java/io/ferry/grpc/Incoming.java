package io.ferry.grpc;

import io.ferry.pipeline.RequestListener.Refusal;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * A message as it came. Left to itself, gRPC answers one that cannot be read with {@code UNKNOWN},
 * and logs a stack trace for each.
 */
sealed interface Incoming<Q> {

  /** It was read. */
  record Message<Q>(Q message) implements Incoming<Q> {}

  /**
   * It could not be read.
   *
   * @param error for the caller
   * @param why for metrics
   */
  record Unreadable<Q>(GrpcError error, Refusal why) implements Incoming<Q> {}

  /** Reads messages with this one. */
  static <Q> Marshaller<Incoming<Q>> by(Marshaller<Q> messages) {
    return new Marshaller<>() {
      @Override
      public Incoming<Q> parse(InputStream stream) {
        try {
          return new Message<>(messages.parse(stream));
        } catch (StatusRuntimeException unreadable) {
          return unreadable(unreadable.getStatus());
        }
      }

      @Override
      public InputStream stream(Incoming<Q> value) {
        throw new IllegalArgumentException("a server sends no requests; this is a bug");
      }
    };
  }

  private static <Q> Incoming<Q> unreadable(Status status) {
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        ? new Unreadable<>(
            GrpcError.of(Status.RESOURCE_EXHAUSTED, "the message is too large, uncompressed"),
            Refusal.TOO_LARGE)
        : new Unreadable<>(
            GrpcError.invalid("the message cannot be read; it is none of this call's"),
            Refusal.MALFORMED);
  }
}
