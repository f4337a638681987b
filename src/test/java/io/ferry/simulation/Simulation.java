package io.ferry.simulation;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceLoop;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Permit;
import io.ferry.batching.QueueState;
import io.ferry.batching.RequestQueue;
import io.ferry.batching.ServingListener;
import io.ferry.batching.Ticket;
import io.ferry.inference.Encoding;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The production loop, queue and former on virtual time, under a load that a seed decides. After
 * every event the invariants hold; at the end nothing is lost and every place is free.
 */
final class Simulation {

  /** What is known of a row from outside. */
  private static final class Seen {
    final Caller caller;
    final int position;
    boolean dispatched;

    Seen(Caller caller, int position) {
      this.caller = caller;
      this.position = position;
    }
  }

  private static final Encoding KNOWN_GOOD = new Encoding(new long[] {1, 2, 3});

  private final Workload workload;
  private final SplittableRandom random;
  private final VirtualTime time = new VirtualTime(this::checkInvariants);
  private final VirtualTime.Lane lane = time.new Lane();
  private final RequestQueue queue;
  private final BatchPolicy policy;
  private final List<Caller> callers = new ArrayList<>();
  private final Map<ModelInput, Seen> waiting = new HashMap<>();
  private final Map<ModelInput, Seen> rows = new HashMap<>();
  private int heldPlaces;
  private boolean closed;
  private boolean loopEnded;
  private boolean drained;
  private boolean unavailable;
  private boolean wasUnavailable;

  // The rows that left the queue together last, and the passes they have taken.
  private List<Seen> dispatch = List.of();
  private int passesOfDispatch;

  Simulation(long seed) {
    random = new SplittableRandom(seed);
    workload = Workload.of(random);
    policy = workload.policy();
    queue = new RequestQueue(policy, time);
  }

  static void check(boolean holds, String invariant) {
    if (!holds) {
      throw new Violation(invariant);
    }
  }

  void run() {
    scheduleArrivals();
    PretendDevice device = new PretendDevice(workload, time, random.split(), this::passBegins);
    DeviceLoop loop =
        new DeviceLoop(
            queue,
            device,
            List.of(KNOWN_GOOD),
            time,
            lane,
            new Heartbeat(time),
            new ServingListener() {
              @Override
              public void unavailable(String reason) {
                unavailable = true;
                wasUnavailable = true;
              }

              @Override
              public void available() {
                unavailable = false;
              }
            });
    DeviceLoop.Ending ending = loop.run();
    if (ending == DeviceLoop.Ending.DRAINED) {
      check(closed, "the loop ended though the queue is open");
    }
    loopEnded = true;
    drained = ending == DeviceLoop.Ending.DRAINED;
    // What is left are deadlines, cancels and late arrivals, which find a closed queue.
    queue.close();
    closed = true;
    time.pass(10_000 * Workload.MILLIS);
    checkEnd();
  }

  private void scheduleArrivals() {
    long at = 0;
    for (int i = 0; i < workload.requests(); i++) {
      at += (long) (-Math.log(1 - random.nextDouble()) * workload.meanGapNanos());
      time.at(at, this::arrive);
    }
    time.at(
        at - at / 10,
        () -> {
          closed = true;
          queue.close();
        });
  }

  // ---- what callers do

  private void arrive() {
    int size = random.nextInt(1, workload.longestList() + 1);
    List<ModelInput> texts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      texts.add(row());
    }
    long timeout = random.nextLong(workload.shortestTimeout(), workload.longestTimeout());
    int priority =
        random.nextDouble() < workload.priorities()
            ? random.nextInt(BatchPolicy.MAX_PRIORITY + 1)
            : BatchPolicy.DEFAULT_PRIORITY;
    Caller caller = new Caller(time, texts, time.nanos() + timeout, priority);
    Optional<Permit> permit = queue.tryAdmit(size);
    check(
        permit.isPresent() == (!closed && placesInUse() + size <= policy.queueCapacity()),
        "n rows take n places or none, and none of a closed queue");
    if (permit.isEmpty()) {
      return;
    }
    heldPlaces += size;
    // Encoding takes a moment in which the places are held and nothing waits yet.
    time.at(
        time.nanos() + random.nextLong(timeout),
        () -> encoded(caller, permit.get(), random.nextDouble() < workload.abandonedPermits()));
  }

  private Encoding row() {
    long[] tokens = new long[random.nextInt(1, workload.longestRow() + 1)];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = random.nextLong(1, 1_000_000);
    }
    if (random.nextDouble() < workload.poisonedRows()) {
      tokens[0] = PretendDevice.POISON;
    } else if (random.nextDouble() < workload.notFiniteRows()) {
      tokens[0] = PretendDevice.NOT_FINITE;
    }
    return new Encoding(tokens);
  }

  private void encoded(Caller caller, Permit permit, boolean fails) {
    heldPlaces -= caller.rows.size();
    try (permit) {
      if (fails) {
        permit.close();
        return;
      }
      for (int i = 0; i < caller.rows.size(); i++) {
        Seen seen = new Seen(caller, i);
        rows.put(caller.rows.get(i), seen);
        waiting.put(caller.rows.get(i), seen);
      }
      callers.add(caller);
      caller.enqueues();
      Ticket ticket =
          queue.enqueue(permit, caller.rows, caller.deadlineNanos, caller.priority, caller);
      caller.waitsWith(ticket);
      check(!loopEnded || caller.ended(), "an ended queue takes nothing");
    }
    time.at(caller.deadlineNanos, caller::deadline);
    if (random.nextDouble() < workload.cancels()) {
      time.at(
          time.nanos() + random.nextLong(caller.deadlineNanos - time.nanos() + 1), caller::cancel);
    }
  }

  // ---- what the device sees

  private void passBegins(Batch batch) {
    check(batch.size() <= policy.maxSize(), "a batch over max-size");
    check(
        batch.size() == 1 || batch.paddedTokens() <= policy.maxTokens(), "a batch over max-tokens");
    List<Seen> members = new ArrayList<>();
    batch.rows().forEach(row -> Optional.ofNullable(rows.get(row.input())).ifPresent(members::add));
    if (members.isEmpty()) {
      check(batch.rows().getFirst().input().equals(KNOWN_GOOD), "a row from nowhere");
      return;
    }
    check(!unavailable, "a pass for callers though the model is unavailable");
    for (Seen member : members) {
      check(member.caller.deadlineNanos > time.nanos(), "an expired row costs device time");
      check(!member.caller.cancelled, "a cancelled row costs device time");
      check(!member.caller.ended(), "a row that has its outcome costs device time");
    }
    if (members.stream().noneMatch(member -> member.dispatched)) {
      newDispatch(members);
    }
    passesOfDispatch++;
    if (workload.memoryRows() == Integer.MAX_VALUE && workload.passesThatThrow() == 0) {
      int levels = Integer.SIZE - Integer.numberOfLeadingZeros(dispatch.size() - 1);
      check(passesOfDispatch <= 1 + 2 * levels + 1, "more passes than the split budget allows");
    }
  }

  private void newDispatch(List<Seen> members) {
    checkBlame();
    dispatch = members;
    passesOfDispatch = 0;
    members.forEach(member -> member.dispatched = true);
    waiting.values().removeIf(seen -> seen.dispatched || seen.caller.ended());
    members.forEach(this::checkOrder);
  }

  /** Nobody is overtaken but by a higher priority that came within its head start. */
  private void checkOrder(Seen member) {
    for (Seen left : waiting.values()) {
      if (left.position >= policy.maxSize() || left.caller.cancelled) {
        continue;
      }
      long headStart =
          (member.caller.priority - left.caller.priority) * BatchPolicy.PRIORITY_STEP.toNanos();
      check(
          member.caller.enqueuedNanos() - headStart <= left.caller.enqueuedNanos(),
          "a row was overtaken by one that came later");
    }
  }

  /** With one poisoned row among the rows of a batch, no other row fails. */
  private void checkBlame() {
    if (!workload.onlyRowsAreAtFault()) {
      return;
    }
    long poisoned =
        dispatch.stream().filter(seen -> startsWith(seen, PretendDevice.POISON)).count();
    if (poisoned > 1) {
      return;
    }
    for (Seen seen : dispatch) {
      if (seen.caller.ended()
          && seen.caller.outcome(seen.position) instanceof Outcome.Failed
          && workload.memoryRows() > 0) {
        check(
            startsWith(seen, PretendDevice.POISON) || startsWith(seen, PretendDevice.NOT_FINITE),
            "a row failed for another row's fault");
      }
    }
  }

  private static boolean startsWith(Seen seen, long token) {
    return ((Encoding) seen.caller.rows.get(seen.position)).tokenIds()[0] == token;
  }

  // ---- invariants

  private int placesInUse() {
    return queue.state().waitingRows() + heldPlaces;
  }

  private void checkInvariants() {
    QueueState state = queue.state();
    check(
        state.takenPlaces() == state.waitingRows() + heldPlaces,
        "a place belongs to a waiting row or to a permit");
    check(state.takenPlaces() <= policy.queueCapacity(), "more places than there are");
    check(state.inFlightRows() <= policy.maxSize(), "more rows in flight than a batch has");
    if (lane.asleep() && state.waitingRows() > 0) {
      check(state.waitingRows() < policy.maxSize(), "the lane sleeps though a batch is full");
      check(
          state.oldest().compareTo(policy.maxWait()) <= 0,
          "the lane sleeps though a row has waited longer than max-wait");
      check(!closed, "the lane sleeps though rows wait and the queue drains");
    }
  }

  private void checkEnd() {
    checkBlame();
    QueueState state = queue.state();
    check(
        state.waitingRows() == 0 && state.takenPlaces() == 0 && state.inFlightRows() == 0,
        "everything is given back: " + state);
    for (Caller caller : callers) {
      check(caller.ended(), "a request was lost");
      check(
          !drained || !caller.turnedAwayBy(Outcome.Rejection.DRAINING),
          "a drain rejected a request that was admitted");
      check(caller.wakeUps() == 1, "a request ends once, not " + caller.wakeUps() + " times");
    }
  }

  /** How the rows ended, by the simple names of their outcomes. */
  Set<String> endings() {
    Set<String> endings = new TreeSet<>();
    for (Caller caller : callers) {
      for (int row = 0; row < caller.rows.size(); row++) {
        endings.add(caller.outcome(row).getClass().getSimpleName());
      }
    }
    if (wasUnavailable) {
      endings.add("Unavailable");
    }
    return endings;
  }
}
