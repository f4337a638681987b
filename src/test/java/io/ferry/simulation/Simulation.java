package io.ferry.simulation;

import io.ferry.batching.DeviceLoop;
import io.ferry.batching.DeviceScheduler;
import io.ferry.batching.Heartbeat;
import io.ferry.batching.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The production loop, scheduler, queues and former on virtual time, under a load that a seed
 * decides: one or several models on one or several lanes, and versions that replace others while
 * they serve. After every event the invariants hold; at the end nothing is lost and every place is
 * free.
 */
final class Simulation {

  private final SplittableRandom random;
  private final VirtualTime time = new VirtualTime(this::checkInvariants);
  private final DeviceScheduler scheduler = new DeviceScheduler(time);
  private final List<VirtualTime.LaneThread> lanes = new ArrayList<>();

  /** All versions there were. */
  private final List<SimulatedModel> versions = new ArrayList<>();

  private int namesLeft;
  private int replaced;
  private boolean deviceLost;

  Simulation(long seed) {
    random = new SplittableRandom(seed);
  }

  static void check(boolean holds, String invariant) {
    if (!holds) {
      throw new Violation(invariant);
    }
  }

  void run() {
    int laneCount = random.nextInt(3) > 0 ? 1 : random.nextInt(2, 4);
    for (int index = 0; index < laneCount; index++) {
      lanes.add(time.new LaneThread());
    }
    int models = random.nextInt(2) > 0 ? 1 : random.nextInt(2, 4);
    namesLeft = models;
    for (int model = 0; model < models; model++) {
      new Name(Workload.of(random.split())).begin();
    }
    for (int index = 0; index < laneCount; index++) {
      VirtualTime.LaneThread thread = lanes.get(index);
      DeviceLoop loop = new DeviceLoop(scheduler, new Lane(index, thread), new Heartbeat(time));
      thread.start(loop::run);
    }
    time.run();
    versions.forEach(version -> version.checkEnd(deviceLost));
  }

  private void checkInvariants() {
    versions.forEach(SimulatedModel::checkInvariants);
  }

  /** How rows ended, and what else there was. */
  Set<String> endings() {
    Set<String> endings = new TreeSet<>();
    versions.forEach(version -> endings.addAll(version.endings()));
    if (replaced > 0) {
      endings.add("Replaced");
    }
    return endings;
  }

  /** A name that requests use, and the version behind it. */
  private final class Name {

    private final Workload workload;
    private SimulatedModel current;
    private final List<SimulatedModel> loading = new ArrayList<>();
    private boolean over;

    Name(Workload workload) {
      this.workload = workload;
      this.current = version();
    }

    private SimulatedModel version() {
      SimulatedModel version =
          new SimulatedModel(
              workload, random.split(), time, scheduler, lanes, () -> deviceLost = true);
      versions.add(version);
      return version;
    }

    void begin() {
      current.load(scheduler, () -> {});
      long at = 0;
      for (int i = 0; i < workload.requests(); i++) {
        at += (long) (-Math.log(1 - random.nextDouble()) * workload.meanGapNanos());
        // Requests find the version that serves at the moment.
        time.at(at, () -> current.arrive());
        if (random.nextDouble() < workload.replacements()) {
          time.at(at, this::replace);
        }
      }
      time.at(at - at / 10, this::end);
    }

    private void replace() {
      if (!over) {
        SimulatedModel next = version();
        loading.add(next);
        time.at(time.nanos() + readingNanos(), () -> next.load(scheduler, () -> takeOver(next)));
      }
    }

    /** How long files are read: past the end of the server now and then. */
    private long readingNanos() {
      return random.nextLong((random.nextInt(4) > 0 ? 10 : 5_000) * Workload.MILLIS);
    }

    private void takeOver(SimulatedModel next) {
      loading.remove(next);
      if (over) {
        return;
      }
      SimulatedModel old = current;
      current = next;
      old.close();
      replaced++;
    }

    private void end() {
      over = true;
      current.close();
      // As when a server shuts down: what is not warm yet will never be.
      loading.forEach(SimulatedModel::close);
      if (--namesLeft == 0) {
        scheduler.close();
      }
    }
  }
}
