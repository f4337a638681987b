package io.ferry.simulation;

import io.ferry.batching.Batch;
import io.ferry.batching.BatchPolicy;
import io.ferry.batching.DeviceLoop;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.Flow;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Lane;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.Parker;
import io.ferry.batching.PassResult;
import io.ferry.batching.RequestQueue;
import io.ferry.batching.ServingListener;
import io.ferry.batching.Ticket;
import io.ferry.inference.Encoding;
import io.ferry.inference.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One model on a device, in virtual time: the production loop, queue and former, on lanes whose
 * passes take what a curve says. For measuring, where {@link Simulation} is for finding faults.
 */
final class VirtualServer {

  /** What a pass takes. */
  interface Curve {
    /** Nanoseconds of a pass with so many rows, padded to this length. */
    long nanos(int rows, int length);
  }

  /**
   * A request that ended.
   *
   * @param length tokens of its one row
   * @param arrivedNanos when it came
   * @param endedNanos when it ended
   * @param outcome how
   */
  record Ended(int length, long arrivedNanos, long endedNanos, Outcome outcome) {
    boolean served() {
      return outcome instanceof Outcome.Completed;
    }

    long nanos() {
      return endedNanos - arrivedNanos;
    }
  }

  final VirtualTime time = new VirtualTime(() -> {});
  final List<Ended> ended = new ArrayList<>();
  final RequestQueue queue;
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final List<VirtualTime.LaneThread> lanes;
  private final Curve curve;
  private long tokens;
  private long paddedTokens;

  /** One lane. */
  VirtualServer(BatchPolicy policy, Curve curve) {
    this(policy, curve, 1);
  }

  VirtualServer(BatchPolicy policy, Curve curve, int lanes) {
    this.curve = curve;
    this.lanes = Stream.generate(() -> time.new LaneThread()).limit(lanes).toList();
    this.queue = new RequestQueue(policy, scheduler);
  }

  private final class Device implements ModelInstance {
    private final VirtualTime.LaneThread lane;

    Device(VirtualTime.LaneThread lane) {
      this.lane = lane;
    }

    @Override
    public PassResult forward(Batch batch) {
      tokens += batch.tokens();
      paddedTokens += batch.paddedTokens();
      lane.pass(curve.nanos(batch.size(), batch.longest()));
      batch.rows().forEach(row -> row.answer(PretendDevice.answer(row.input())));
      return new PassResult.Done();
    }

    @Override
    public void close() {
      // It holds nothing.
    }
  }

  /** Requests of 1, 2, 4, … rows and of these lengths, one after the other, as warm-up has them. */
  void warmUp(int maxSize, int... lengths) {
    long at = 0;
    for (int length : lengths) {
      for (int rows = 1; rows <= maxSize; rows *= 2) {
        int its = rows;
        time.at(at, () -> arrive(its, length, Duration.ofHours(1), () -> {}));
        at += 2 * curve.nanos(rows, length);
      }
    }
  }

  /** Serves what arrives; what is there at this moment is turned away. */
  void runUntil(long nanos) {
    time.at(nanos, queue::abandon);
    time.at(nanos, scheduler::close);
    scheduler.add(
        new Flow(
            queue,
            lanes.stream().map(Device::new).toList(),
            List.of(new Encoding(new long[] {1})),
            time,
            new ServingListener() {}),
        List.of());
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = new Lane(i, lanes.get(i));
      lanes.get(i).start(new DeviceLoop(scheduler, lane, new Heartbeat(time))::run);
    }
    time.run();
  }

  /**
   * A request comes now.
   *
   * @param length tokens of its one row
   * @param patience how long its caller waits
   * @param then what the caller does when it has its answer
   */
  void arrive(int length, Duration patience, Runnable then) {
    arrive(1, length, patience, then);
  }

  void arrive(int rows, int length, Duration patience, Runnable then) {
    var permit = queue.tryAdmit(rows);
    if (permit.isEmpty()) {
      return;
    }
    Call call = new Call(length, time.nanos(), then);
    long deadline = time.nanos() + patience.toNanos();
    call.has(
        queue.enqueue(
            permit.get(),
            Collections.nCopies(rows, new Encoding(new long[length])),
            deadline,
            BatchPolicy.DEFAULT_PRIORITY,
            call));
    time.at(deadline, call::deadline);
  }

  /** What share of the tokens in passes was padding. */
  double padding() {
    return paddedTokens == 0 ? 0 : 1 - (double) tokens / paddedTokens;
  }

  /** A caller, which is told of its answer. */
  private final class Call implements Parker {
    private final int length;
    private final long arrived;
    private final Runnable then;
    private Optional<Ticket> ticket = Optional.empty();
    private boolean over;

    Call(int length, long arrived, Runnable then) {
      this.length = length;
      this.arrived = arrived;
      this.then = then;
    }

    void has(Ticket got) {
      ticket = Optional.of(got);
      if (got.done()) {
        end();
      }
    }

    void deadline() {
      if (!over) {
        end();
      }
    }

    private void end() {
      if (!over) {
        over = true;
        Outcome outcome = ticket.orElseThrow().await().getFirst();
        ended.add(new Ended(length, arrived, time.nanos(), outcome));
        then.run();
      }
    }

    @Override
    public void unpark() {
      if (ticket.isPresent()) {
        end();
      }
    }

    @Override
    public void parkUntil(long nanos) {
      throw new Violation("nobody waits in a simulation that has one thread");
    }

    @Override
    public void park() {
      throw new Violation("nobody waits in a simulation that has one thread");
    }
  }
}
