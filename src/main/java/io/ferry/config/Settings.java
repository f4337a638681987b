package io.ferry.config;

import io.ferry.batching.BatchPolicy;
import io.ferry.engine.simulated.SimulatedCost;
import io.ferry.model.RequestLimits;
import java.time.Duration;
import java.util.Map;

/**
 * The configuration, read and checked.
 *
 * @param device {@code auto}, {@code cpu}, {@code gpu:N} or {@code simulated}
 * @param stallAfter a step of the device's thread that takes longer makes liveness fail
 * @param maxBody bytes of a request's body at most
 * @param shutdown how the server ends
 * @param simulated what passes cost on the pretend accelerator
 * @param models the settings of a model, by its name
 */
public record Settings(
    String device,
    Duration stallAfter,
    int maxBody,
    Shutdown shutdown,
    SimulatedCost simulated,
    Map<String, Model> models) {

  /** The device name that stands for the best device there is. */
  public static final String AUTO = "auto";

  /** The device name of the pretend accelerator. */
  public static final String SIMULATED = "simulated";

  /**
   * How the server ends after SIGTERM.
   *
   * @param grace new requests are still taken
   * @param drain accepted ones may finish
   */
  public record Shutdown(Duration grace, Duration drain) {}

  /**
   * What can be set for each model.
   *
   * @param policy batches and queue
   * @param limits what a request may ask
   */
  public record Model(BatchPolicy policy, RequestLimits limits) {}

  /**
   * The settings of a model.
   *
   * @throws IllegalArgumentException if none were read for that name
   */
  public Model model(String name) {
    Model model = models.get(name);
    if (model == null) {
      throw new IllegalArgumentException("no settings were read for a model named " + name);
    }
    return model;
  }
}
