package io.ferry.batching;

import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One waiting row: its payload, for the device, and what is needed to answer it.
 *
 * <p>Three owners, field by field: the links and times that order the queue belong to the queue's
 * lock; the answer belongs to the device's thread; the outcome may be set by any thread, once.
 */
public final class Entry implements Row {

  private final Ticket ticket;
  private final ModelInput input;
  private final int position;

  // Guarded by the queue's lock, written by BatchFormer, MemberChoice and WaitingRows alone.
  long dueNanos;
  long orderNanos;
  int passedOver;
  boolean waiting;
  @Nullable Entry previous;
  @Nullable Entry next;

  // Owned by the device's thread.
  private @Nullable Prediction answer;

  private final AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();

  Entry(Ticket ticket, ModelInput input, int position) {
    this.ticket = ticket;
    this.input = input;
    this.position = position;
  }

  @Override
  public ModelInput input() {
    return input;
  }

  @Override
  public void answer(Prediction prediction) {
    answer = prediction;
  }

  /** The answer of the last pass, if it gave one. */
  Optional<Prediction> answer() {
    return Optional.ofNullable(answer);
  }

  /** Drops the answer before a pass, so that a repeated one cannot serve what is stale. */
  void forgetAnswer() {
    answer = null;
  }

  /** The request that this row is part of. */
  Ticket ticket() {
    return ticket;
  }

  /** The place of this row in its request, from 0. */
  int position() {
    return position;
  }

  /** When the row came, on the ticker's clock. */
  long arrivalNanos() {
    return ticket.arrivalNanos();
  }

  /** Whether the caller's patience is over. */
  boolean expiredAt(long now) {
    return ticket.deadlineNanos() <= now;
  }

  /** Whether the outcome is there already. */
  boolean ended() {
    return outcome.get() != null;
  }

  /** The outcome, if it is there. */
  Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome.get());
  }

  /**
   * Ends the row's stay. The first outcome stands; whoever comes later (an answer after the
   * deadline, a cancel after the answer) changes nothing.
   *
   * @return whether this call was the first
   */
  boolean complete(Outcome ending) {
    if (!outcome.compareAndSet(null, ending)) {
      return false;
    }
    ticket.rowEnded();
    return true;
  }
}
