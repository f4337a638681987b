package io.ferry.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.ferry.batching.ModelInstance;
import io.ferry.engine.AxisCheck;
import io.ferry.engine.Engine;
import io.ferry.engine.EngineModel;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OutputSplitter;
import io.ferry.engine.RowLayout;
import io.ferry.engine.WantedInput;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs {@code model.onnx} with ONNX Runtime, on the CPU, or on a GPU where Ferry is built with the
 * profile {@code onnxruntime-gpu}.
 *
 * <p>All lanes of a model run one session: its weights are in memory once, on the device, too. The
 * session's pool has each lane's share of threads but for the lane's own, which computes as well;
 * so no more threads compute than all shares together, and a lane may borrow what an idle one does
 * not use.
 */
public final class OnnxRuntimeEngine implements Engine {

  private final SessionSettings settings;

  /**
   * An engine for a device. The library itself starts with the first model.
   *
   * @param deviceName {@code cpu} or {@code gpu:N}
   * @param threadsPerLane threads that compute for each lane, its own included; at least 1
   * @throws IllegalArgumentException if there is no such device name or number of threads
   */
  public OnnxRuntimeEngine(String deviceName, int threadsPerLane) {
    this.settings = new SessionSettings(deviceName, threadsPerLane);
  }

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public String file() {
    return "model.onnx";
  }

  @Override
  public String platform() {
    return "onnxruntime_onnx";
  }

  @Override
  public EngineModel open(Path file, RowLayout layout, int lanes) throws ModelLoadException {
    OrtEnvironment environment = OnnxRuntime.start();
    try (OrtSession.SessionOptions options = settings.options(lanes)) {
      // By path, not by bytes: weights beside the file are found, and none pass the Java heap.
      OrtSession session = environment.createSession(file.toString(), options);
      try {
        return model(environment, session, layout, lanes);
      } catch (OrtException | ModelLoadException | RuntimeException refused) {
        SharedSession.close(session);
        throw refused;
      }
    } catch (OrtException broken) {
      throw new ModelLoadException(LoadFailures.reason(broken, environment.getVersion()), broken);
    }
  }

  private static EngineModel model(
      OrtEnvironment environment, OrtSession session, RowLayout layout, int lanes)
      throws OrtException, ModelLoadException {
    Signature signature = FileSignature.of(session);
    List<WantedInput> wanted =
        signature.inputs().stream()
            .map(input -> new WantedInput(input.name(), Optional.of(input.datatype())))
            .toList();
    SharedSession shared = new SharedSession(session, lanes);
    List<ModelInstance> instances = new ArrayList<>(lanes);
    for (int lane = 0; lane < lanes; lane++) {
      instances.add(
          new OnnxLane(
              environment, shared, InputPacker.of(layout, wanted), new OutputSplitter(layout)));
    }
    AxisCheck.check(signature.inputs(), layout);
    return new EngineModel(signature, instances);
  }
}
