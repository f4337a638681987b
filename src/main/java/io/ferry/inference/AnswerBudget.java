package io.ferry.inference;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.inference.Outcome.Rejection;
import java.time.Duration;
import java.util.Optional;

/**
 * Bounds what the large answers of all requests take together: those with something for every
 * token. A request within all other limits may have an answer of hundreds of megabytes, and one
 * that does not fit takes the memory of everybody else, too.
 */
public final class AnswerBudget {

  private static final int SHARE_OF_HEAP = 4;
  private static final long MEGABYTE = 1_000_000;
  private static final Duration RETRY_SOON = Duration.ofSeconds(1);

  private final MemoryBudget budget;

  /** A quarter of the heap: bodies have an eighth, and the rest is for all else. */
  public AnswerBudget() {
    this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * So many bytes.
   *
   * @param most of all answers together
   */
  public AnswerBudget(long most) {
    this.budget = new MemoryBudget(most);
  }

  /** What an answer takes that is going to be made; nothing yet. */
  public Room room() {
    return new Room();
  }

  /** What one answer takes. Any thread may use it. */
  public final class Room implements AutoCloseable {

    private final MemoryBudget.Share share = budget.share();

    private Room() {}

    /**
     * Takes room for the answer, in place of what was taken for it before.
     *
     * @param bytes of the whole answer, as far as it is known
     * @return why there is none; what was taken then stays
     */
    public Optional<Outcome> take(long bytes) {
      if (bytes > budget.most()) {
        return Optional.of(tooLarge(bytes));
      }
      if (share.hold(bytes)) {
        return Optional.empty();
      }
      return Optional.of(
          share.ended()
              ? new Outcome.Cancelled()
              : new Outcome.Rejected(Rejection.TOO_MANY_ANSWERS, RETRY_SOON));
    }

    private Outcome tooLarge(long bytes) {
      return new Outcome.Invalid(
          Flaw.VALIDATION,
          "the answer would take %d MB of memory or more, there are %d MB; send fewer or shorter texts at once"
              .formatted(Math.ceilDiv(bytes, MEGABYTE), budget.most() / MEGABYTE));
    }

    /** The answer is in memory no more, or never was. */
    @Override
    public void close() {
      share.end();
    }
  }
}
