package io.ferry.openinference;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model has done since the server's start, whichever protocol asked for it and whichever of
 * its versions served.
 *
 * @param lastInference when it last ran, in milliseconds since 1970; 0: never
 * @param inferences rows that ran
 * @param executions forward passes that answered
 * @param success requests that were served, and how long each took in all
 * @param fail requests that were not, and how long each took
 * @param queue requests that were served, and how long each waited for its pass; of a list, its
 *     first row
 * @param computeInput requests whose inputs were encoded, and how long that took
 * @param computeInfer requests that were served, and how long its pass took, reading back included;
 *     of a list, that of its first row
 * @param batches by their rows, how many passes there were and how long they took
 */
public record ModelStatistics(
    long lastInference,
    long inferences,
    long executions,
    Sum success,
    Sum fail,
    Sum queue,
    Sum computeInput,
    Sum computeInfer,
    SortedMap<Integer, Sum> batches) {

  /** Copies the map. */
  public ModelStatistics {
    batches = new TreeMap<>(batches);
  }

  /**
   * How often, and how long in all.
   *
   * @param count how often
   * @param nanos in all
   */
  public record Sum(long count, long nanos) {}
}
