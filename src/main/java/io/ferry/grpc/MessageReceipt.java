package io.ferry.grpc;

import io.ferry.inference.MemoryBudget;
import io.ferry.pipeline.RequestListener;
import io.ferry.pipeline.RequestListener.Refusal;
import io.ferry.protocol.BodyBudget;
import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Watches a call's message arrive, and has the call refused if there is no room for it: a message
 * is in memory before the call's method is asked. Compressed ones count as what they grow to.
 */
final class MessageReceipt extends ServerStreamTracer {

  /** Where a call finds its own. */
  static final Context.Key<MessageReceipt> KEY = Context.key("ferry-message-receipt");

  private final MemoryBudget.Share share;
  private final RequestListener listener;

  private Runnable noRoom = () -> {};
  private long wire;
  private long uncompressed;
  private long counted;
  private boolean whole;
  private boolean refused;

  MessageReceipt(BodyBudget budget, RequestListener listener) {
    this.share = budget.share();
    this.listener = listener;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  /** Says what is to be done if there is no room; before the message is asked for. */
  synchronized void orElse(Runnable refusal) {
    this.noRoom = refusal;
  }

  /** The message is refused after it has come. */
  void refused(Refusal why) {
    listener.requestRefused(InferenceCalls.LABEL, why);
  }

  @Override
  public synchronized void inboundWireSize(long bytes) {
    wire += bytes;
    count(Math.max(wire, uncompressed));
  }

  @Override
  public synchronized void inboundUncompressedSize(long bytes) {
    uncompressed += bytes;
    count(Math.max(wire, uncompressed));
  }

  private void count(long size) {
    if (size > counted && !refused) {
      if (share.grow(size - counted)) {
        counted = size;
      } else {
        refused = true;
        share.end();
        refused(Refusal.TOO_MANY_BODIES);
        noRoom.run();
      }
    }
  }

  @Override
  public synchronized void inboundMessageRead(
      int sequence, long optionalWireSize, long optionalUncompressedSize) {
    whole = true;
  }

  @Override
  public synchronized void streamClosed(Status status) {
    share.end();
    // The transport refuses a message that is over the limit before it is whole.
    if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && !whole && !refused) {
      refused(Refusal.TOO_LARGE);
    }
  }
}
