package io.ferry.batching;

import io.ferry.batching.Decision.Dispatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decides who is in a batch. Pure, but for what it takes out of the waiting rows.
 *
 * <p><b>In order</b>, where nothing speaks against it: the first rows, up to the first that does
 * not fit. Rows of another shape than the first keep their places and wait for the next.
 *
 * <p><b>By length</b>, where that saves device time: what waits is split into batches by {@link
 * LengthPlan}, and the one that the first row is in leaves. So the first row always leaves, and
 * others are passed over for now; once {@link BatchPolicy#PASSED_OVER_AT_MOST} batches have passed
 * a row over, batches leave in order until it is gone.
 *
 * <p><b>In time</b>: if the pass would end too late for some, the part of the batch leaves that
 * gives the most answers in time for its device time.
 */
final class MemberChoice {

  /** How many batches are planned ahead, and the steps that planning may take. */
  private static final int PLANNED_BATCHES = 8;

  private static final int PLANNING_STEPS = 1 << 16;

  /** Rows of a batch that is chosen by length, at most. */
  private static final int PLANNED_ROWS = 256;

  /** A plan that saves less than a twentieth is not worth passing anybody over. */
  private static final double WORTHWHILE = 0.95;

  private final BatchPolicy policy;
  private final CostTable costs;

  MemberChoice(BatchPolicy policy, CostTable costs) {
    this.policy = policy;
    this.costs = costs;
  }

  /** Whether a row more, of this padded length, is within the limit of tokens. */
  boolean fits(int rows, int longest) {
    return (long) rows * longest <= policy.maxTokens();
  }

  /**
   * Takes the members of the next batch out of the waiting rows, and who expired among those it
   * looks at.
   *
   * @param maxSize rows of a batch at most
   */
  Dispatch choose(WaitingRows waiting, int maxSize, long now) {
    List<Entry> expired = new ArrayList<>(0);
    List<Entry> candidates = candidates(waiting, maxSize, now, expired);
    expired.forEach(waiting::remove);
    List<Entry> members = inOrder(candidates, 0, maxSize);
    if (candidates.size() > 1 && costs.known()) {
      if (policy.byLength() && candidates.stream().allMatch(MemberChoice::mayBePassedOver)) {
        int planned = Math.min(planned(maxSize), candidates.size());
        members = byLength(candidates.subList(0, planned), members, maxSize);
      }
      members = inTime(candidates, members, now);
    }
    members.forEach(waiting::remove);
    notePassedOver(candidates, members);
    return new Dispatch(members, expired);
  }

  /** The first rows of one shape: as many as are planned for, but at least a batch. */
  private List<Entry> candidates(WaitingRows waiting, int maxSize, long now, List<Entry> expired) {
    // More than a batch, for those among them who are too late or of another length.
    int most = costs.known() ? Math.max(maxSize, planned(maxSize)) : maxSize;
    List<Entry> candidates = new ArrayList<>(Math.min(most, waiting.size()));
    Entry entry = waiting.first();
    while (entry != null && candidates.size() < most) {
      if (entry.expiredAt(now)) {
        expired.add(entry);
      } else if (candidates.isEmpty() || entry.input().stacksWith(candidates.getFirst().input())) {
        candidates.add(entry);
      }
      entry = entry.next;
    }
    return candidates;
  }

  private static int planned(int maxSize) {
    int size = Math.min(maxSize, PLANNED_ROWS);
    return Math.min(PLANNED_BATCHES * size, PLANNING_STEPS / size);
  }

  /** The batch that begins with a row and goes on in order. */
  private List<Entry> inOrder(List<Entry> candidates, int from, int maxSize) {
    int longest = 0;
    int to = from;
    while (to < candidates.size() && to - from < maxSize) {
      longest = Math.max(longest, candidates.get(to).input().length());
      if (to > from && !fits(to - from + 1, longest)) {
        break;
      }
      to++;
    }
    return candidates.subList(from, to);
  }

  // ---- by length

  private static boolean mayBePassedOver(Entry entry) {
    return entry.passedOver < BatchPolicy.PASSED_OVER_AT_MOST;
  }

  private List<Entry> byLength(List<Entry> candidates, List<Entry> inOrder, int maxSize) {
    if (sameLength(candidates)) {
      return inOrder;
    }
    // Sorted by length; among equals the first row is the last, so that what does not fit into
    // full batches is the youngest.
    int last = candidates.size() - 1;
    long[] sorted = new long[candidates.size()];
    for (int i = 0; i <= last; i++) {
      sorted[i] =
          (long) Math.max(1, candidates.get(i).input().length()) << Integer.SIZE | (last - i);
    }
    Arrays.sort(sorted);
    int[] lengths = Arrays.stream(sorted).mapToInt(it -> (int) (it >>> Integer.SIZE)).toArray();
    int size = Math.min(maxSize, PLANNED_ROWS);
    LengthPlan plan = LengthPlan.of(lengths, size, policy.maxTokens(), costs);
    if (plan.nanos() > WORTHWHILE * nanosInOrder(candidates, maxSize)) {
      return inOrder;
    }
    int first = 0;
    while ((int) sorted[first] != last) {
      first++;
    }
    LengthPlan.Range batch = plan.batchOf(first);
    return Arrays.stream(sorted, batch.from(), batch.to())
        .mapToInt(it -> last - (int) it)
        .sorted()
        .mapToObj(candidates::get)
        .toList();
  }

  private static boolean sameLength(List<Entry> entries) {
    int length = entries.getFirst().input().length();
    return entries.stream().allMatch(entry -> entry.input().length() == length);
  }

  private double nanosInOrder(List<Entry> candidates, int maxSize) {
    double nanos = 0;
    for (int from = 0; from < candidates.size(); ) {
      List<Entry> batch = inOrder(candidates, from, maxSize);
      nanos += nanos(batch);
      from += batch.size();
    }
    return nanos;
  }

  private static void notePassedOver(List<Entry> candidates, List<Entry> members) {
    Entry last = members.isEmpty() ? null : members.getLast();
    for (Entry entry : candidates) {
      if (entry == last) {
        return;
      }
      if (entry.waiting) {
        entry.passedOver++;
      }
    }
  }

  // ---- in time

  /**
   * The members, if the pass ends in time for all. Otherwise the first that are in time for a pass
   * of as many rows, or of half as many, and so on: those that make the most of the device time.
   */
  private List<Entry> inTime(List<Entry> candidates, List<Entry> members, long now) {
    if (inTime(members, now + nanos(members)).size() == members.size()) {
      return members;
    }
    List<Entry> best = members;
    double most = 0;
    for (int size = members.size(); size >= 1; size /= 2) {
      double end = now + costs.nanos(size, longest(members));
      List<Entry> some = inTime(candidates, end);
      List<Entry> part = inOrder(some, 0, size);
      double nanos = nanos(part);
      double answers = inTime(part, now + nanos).size() / nanos;
      // Among equals, who has less time.
      if (answers > most || (answers == most && part.size() == best.size())) {
        most = answers;
        best = part;
      }
    }
    return best;
  }

  private static List<Entry> inTime(List<Entry> entries, double end) {
    return entries.stream().filter(entry -> entry.ticket().deadlineNanos() >= end).toList();
  }

  private double nanos(List<Entry> members) {
    return costs.nanos(Math.max(1, members.size()), longest(members));
  }

  private static int longest(List<Entry> members) {
    int longest = 1;
    for (Entry entry : members) {
      longest = Math.max(longest, entry.input().length());
    }
    return longest;
  }
}
