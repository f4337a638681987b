package io.ferry.config;

import io.ferry.engine.folder.FolderOptions;
import io.ferry.engine.simulated.SimulatedCost;
import io.ferry.model.DeploymentSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration, read and checked.
 *
 * @param directory the folder of model folders; empty: the embedded model is served
 * @param defaultModel what serves where a request names none
 * @param pollInterval how often the folder is looked at; empty: never
 * @param libtorch the folder of the libtorch for {@code model.pt2}, where one is set
 * @param devices {@code auto} or {@code simulated} alone, or some of {@code cpu} and {@code gpu:N}
 * @param lanes forward passes at once on each device
 * @param adminEnabled whether models can be loaded and unloaded over HTTP and gRPC
 * @param stallAfter a step of the device's thread that takes longer makes liveness fail
 * @param grpcPort where gRPC listens; 0: a free port
 * @param maxBody bytes of a request's body at most
 * @param shutdown how the server ends
 * @param simulated what passes cost on the pretend accelerator
 * @param models the settings of the models that are known at the start, by their names
 * @param others the settings of a model that comes later
 */
public record Settings(
    Optional<Path> directory,
    Optional<String> defaultModel,
    Optional<Duration> pollInterval,
    Optional<Path> libtorch,
    List<String> devices,
    int lanes,
    boolean adminEnabled,
    Duration stallAfter,
    int grpcPort,
    int maxBody,
    Shutdown shutdown,
    SimulatedCost simulated,
    Map<String, Model> models,
    Model others) {

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
   * @param deployment batches, queue, requests and first passes
   * @param folder how its folder is read
   */
  public record Model(DeploymentSettings deployment, FolderOptions folder) {}

  /** The settings of a model. */
  public Model model(String name) {
    return models.getOrDefault(name, others);
  }
}
