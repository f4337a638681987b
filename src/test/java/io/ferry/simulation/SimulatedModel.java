package io.ferry.simulation;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.Chore;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.Flow;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.MaxWait;
import io.ferry.batching.Permit;
import io.ferry.batching.QueueState;
import io.ferry.batching.RequestQueue;
import io.ferry.batching.ServingListener;
import io.ferry.batching.Ticket;
import io.ferry.inference.Encoding;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A version of a model under the load that a seed decides: its queue, its callers, and all that is
 * known of its rows from outside.
 */
final class SimulatedModel {

  /** What is known of a row from outside. */
  private static final class Seen {
    final Caller caller;
    final int position;
    boolean dispatched;
    int overtaken;

    Seen(Caller caller, int position) {
      this.caller = caller;
      this.position = position;
    }
  }

  /** The rows that a lane took from the queue together last, and the passes they have taken. */
  private static final class Dispatched {
    List<Seen> rows = List.of();
    int passes;
  }

  private static final Encoding KNOWN_GOOD = new Encoding(new long[] {1, 2, 3});

  private final Workload workload;
  private final SplittableRandom random;
  private final VirtualTime time;
  private final List<VirtualTime.LaneThread> lanes;
  private final RequestQueue queue;
  private final BatchPolicy policy;
  private final List<PretendDevice> instances = new ArrayList<>();
  private final List<Dispatched> dispatched = new ArrayList<>();
  private final List<Caller> callers = new ArrayList<>();
  private final Map<ModelInput, Seen> waiting = new HashMap<>();
  private final Map<ModelInput, Seen> rows = new HashMap<>();
  private int heldPlaces;
  private boolean closed;
  private boolean ended;
  private boolean unavailable;
  private boolean wasUnavailable;

  SimulatedModel(
      Workload workload,
      SplittableRandom random,
      VirtualTime time,
      DeviceScheduler scheduler,
      List<VirtualTime.LaneThread> lanes,
      Runnable deviceLost) {
    this.workload = workload;
    this.random = random;
    this.time = time;
    this.lanes = lanes;
    this.policy = workload.policy();
    this.queue = new RequestQueue(policy, scheduler);
    for (VirtualTime.LaneThread lane : lanes) {
      Dispatched its = new Dispatched();
      dispatched.add(its);
      instances.add(
          new PretendDevice(
              workload, time, lane, random.split(), batch -> passBegins(batch, its), deviceLost));
    }
  }

  /** First passes on every lane, and then requests are welcome. */
  void load(DeviceScheduler scheduler, Runnable warm) {
    Flow flow = new Flow(queue, instances, List.of(KNOWN_GOOD), time, new States());
    int[] lanesLeft = {lanes.size()};
    List<Chore> warmUp = new ArrayList<>();
    for (VirtualTime.LaneThread lane : lanes) {
      warmUp.add(new FirstPasses(lane, () -> lanesLeft[0]--, () -> lanesLeft[0] == 0, warm));
    }
    scheduler.add(flow, warmUp);
    var _ =
        flow.ended()
            .thenRun(
                () -> {
                  ended = true;
                  // From now on a pass would reach a model that has left memory.
                  instances.forEach(PretendDevice::close);
                });
  }

  private final class States implements ServingListener {
    @Override
    public void unavailable(String reason) {
      unavailable = true;
      wasUnavailable = true;
    }

    @Override
    public void available() {
      unavailable = false;
    }
  }

  /** A few passes that take as long as others. */
  private final class FirstPasses implements Chore {
    private final VirtualTime.LaneThread lane;
    private final Runnable laneDone;
    private final java.util.function.BooleanSupplier allDone;
    private final Runnable warm;
    private int left = random.nextInt(4);

    FirstPasses(
        VirtualTime.LaneThread lane,
        Runnable laneDone,
        java.util.function.BooleanSupplier allDone,
        Runnable warm) {
      this.lane = lane;
      this.laneDone = laneDone;
      this.allDone = allDone;
      this.warm = warm;
    }

    @Override
    public Next step(Heartbeat heartbeat) {
      lane.pass(random.nextLong(4 * Workload.MILLIS));
      Simulation.check(!ended, "a model is over while a lane is in its first passes");
      if (left-- > 0) {
        return new Next.Again(time.nanos());
      }
      laneDone.run();
      if (allDone.getAsBoolean()) {
        warm.run();
      }
      return new Next.Done();
    }
  }

  /** Takes nothing new. */
  void close() {
    closed = true;
    queue.close();
  }

  boolean ended() {
    return ended;
  }

  // ---- what callers do

  void arrive() {
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
    Simulation.check(
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
      Simulation.check(!ended || caller.ended(), "an ended queue takes nothing");
    }
    time.at(caller.deadlineNanos, caller::deadline);
    if (random.nextDouble() < workload.cancels()) {
      time.at(
          time.nanos() + random.nextLong(caller.deadlineNanos - time.nanos() + 1), caller::cancel);
    }
  }

  // ---- what the device sees

  private void passBegins(Batch batch, Dispatched lane) {
    Simulation.check(batch.size() <= policy.maxSize(), "a batch over max-size");
    Simulation.check(
        batch.size() == 1 || batch.paddedTokens() <= policy.maxTokens(), "a batch over max-tokens");
    List<Seen> members = new ArrayList<>();
    batch.rows().forEach(row -> Optional.ofNullable(rows.get(row.input())).ifPresent(members::add));
    if (members.isEmpty()) {
      Simulation.check(batch.rows().getFirst().input().equals(KNOWN_GOOD), "a row from nowhere");
      return;
    }
    boolean fresh = members.stream().noneMatch(member -> member.dispatched);
    Simulation.check(
        !fresh || !unavailable, "a new batch for callers though the model is unavailable");
    for (Seen member : members) {
      Simulation.check(
          member.caller.deadlineNanos > time.nanos(), "an expired row costs device time");
      Simulation.check(!member.caller.cancelled, "a cancelled row costs device time");
      Simulation.check(!member.caller.ended(), "a row that has its outcome costs device time");
    }
    if (fresh) {
      newDispatch(members, lane);
    }
    lane.passes++;
    if (workload.memoryRows() == Integer.MAX_VALUE && workload.passesThatThrow() == 0) {
      int levels = Integer.SIZE - Integer.numberOfLeadingZeros(lane.rows.size() - 1);
      Simulation.check(
          lane.passes <= 1 + 2 * levels + 1, "more passes than the split budget allows");
    }
  }

  private void newDispatch(List<Seen> members, Dispatched lane) {
    checkBlame(lane);
    lane.rows = members;
    lane.passes = 0;
    members.forEach(member -> member.dispatched = true);
    waiting.values().removeIf(seen -> seen.dispatched || seen.caller.ended());
    checkOrder(members);
  }

  /**
   * Nobody is overtaken but by a higher priority or a nearer deadline, within its head start; or
   * for company of like length, so often; or because it would be answered too late.
   */
  private void checkOrder(List<Seen> members) {
    long last = members.stream().mapToLong(SimulatedModel::order).max().orElseThrow();
    for (Seen left : waiting.values()) {
      if (left.position >= policy.maxSize()
          || left.caller.cancelled
          || left.caller.deadlineNanos < time.nanos() + workload.longestPassNanos()) {
        continue;
      }
      if (last > order(left)) {
        left.overtaken++;
        Simulation.check(
            left.overtaken <= (policy.byLength() ? BatchPolicy.PASSED_OVER_AT_MOST : 0),
            "a row was overtaken by one that came later");
      }
    }
  }

  private static long order(Seen row) {
    long nearDeadline = row.caller.deadlineNanos - BatchPolicy.DEADLINE_STEP.toNanos();
    return Math.min(row.caller.enqueuedNanos(), nearDeadline)
        - row.caller.priority * BatchPolicy.PRIORITY_STEP.toNanos();
  }

  /** With one poisoned row among the rows of a batch, no other row fails. */
  private void checkBlame(Dispatched lane) {
    if (!workload.onlyRowsAreAtFault()) {
      return;
    }
    long poisoned =
        lane.rows.stream().filter(seen -> startsWith(seen, PretendDevice.POISON)).count();
    if (poisoned > 1) {
      return;
    }
    for (Seen seen : lane.rows) {
      if (seen.caller.ended()
          && seen.caller.outcome(seen.position) instanceof Outcome.Failed
          && workload.memoryRows() > 0) {
        Simulation.check(
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

  void checkInvariants() {
    QueueState state = queue.state();
    Simulation.check(
        state.takenPlaces() == state.waitingRows() + heldPlaces,
        "a place belongs to a waiting row or to a permit");
    Simulation.check(state.takenPlaces() <= policy.queueCapacity(), "more places than there are");
    Simulation.check(
        state.inFlightRows() <= policy.maxSize() * lanes.size(),
        "more rows in flight than batches have");
    // A lane that is on its way takes what there is, and wakes the next for what it leaves.
    if (state.waitingRows() > 0
        && lanes.stream().anyMatch(VirtualTime.LaneThread::asleep)
        && lanes.stream().noneMatch(VirtualTime.LaneThread::waking)) {
      Simulation.check(
          state.waitingRows() < policy.maxSize(), "a lane sleeps though a batch is full");
      Simulation.check(
          mayWait(state), "a lane sleeps though a row has waited longer than max-wait");
      Simulation.check(!closed, "a lane sleeps though rows wait and the queue drains");
    }
  }

  /** A fixed wait counts from the oldest arrival; {@code auto} from when a lane was free. */
  private boolean mayWait(QueueState state) {
    return switch (policy.maxWait()) {
      case MaxWait.Fixed(Duration wait) -> state.oldest().compareTo(wait) <= 0;
      case MaxWait.Auto auto ->
          state.oldest().compareTo(auto.atMost()) <= 0
              || time.nanos() - freeSinceNanos() <= auto.atMost().toNanos();
    };
  }

  private long freeSinceNanos() {
    return lanes.stream()
        .filter(VirtualTime.LaneThread::asleep)
        .mapToLong(VirtualTime.LaneThread::passEndedNanos)
        .max()
        .orElseThrow();
  }

  void checkEnd(boolean deviceLost) {
    dispatched.forEach(this::checkBlame);
    Simulation.check(ended, "a closed queue did not end");
    QueueState state = queue.state();
    Simulation.check(
        state.waitingRows() == 0 && state.takenPlaces() == 0 && state.inFlightRows() == 0,
        "everything is given back: " + state);
    for (Caller caller : callers) {
      Simulation.check(caller.ended(), "a request was lost");
      Simulation.check(
          deviceLost || !caller.turnedAwayBy(Outcome.Rejection.DRAINING),
          "a drain rejected a request that was admitted");
      Simulation.check(
          caller.wakeUps() == 1, "a request ends once, not " + caller.wakeUps() + " times");
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
