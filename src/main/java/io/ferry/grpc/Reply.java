package io.ferry.grpc;

import java.util.Map;

/** What becomes of a call. */
sealed interface Reply<A> {

  /**
   * A message.
   *
   * @param headers sent before it, by their names
   */
  record Answer<A>(A message, Map<String, String> headers) implements Reply<A> {
    /** Copies the headers. */
    public Answer {
      headers = Map.copyOf(headers);
    }
  }

  /** An error. */
  record Failure<A>(GrpcError error) implements Reply<A> {}

  /** A message without headers. */
  static <A> Reply<A> answer(A message) {
    return new Answer<>(message, Map.of());
  }

  /** An error. */
  static <A> Reply<A> failure(GrpcError error) {
    return new Failure<>(error);
  }
}
