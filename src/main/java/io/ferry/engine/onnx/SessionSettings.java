package io.ferry.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.ferry.model.ModelLoadException;

/**
 * How sessions are set up: for batches whose shapes vary, and for numbers that do not depend on who
 * else is in the batch.
 *
 * @param deviceName {@code cpu} or {@code gpu:N}
 * @param threadsPerLane threads that one operator of one lane may use, at least 1
 */
record SessionSettings(String deviceName, int threadsPerLane) {

  private static final String GPU = "gpu:";

  SessionSettings {
    if (threadsPerLane < 1) {
      throw new IllegalArgumentException("a lane has at least one thread, not " + threadsPerLane);
    }
    if (!deviceName.equals("cpu") && !deviceName.startsWith(GPU)) {
      throw new IllegalArgumentException("ONNX Runtime runs on cpu or gpu:N, not " + deviceName);
    }
  }

  /**
   * Options for a session that so many lanes run at once.
   *
   * @throws OrtException if this library lacks an option
   * @throws ModelLoadException if it cannot use the device
   */
  SessionOptions options(int lanes) throws OrtException, ModelLoadException {
    SessionOptions options = new SessionOptions();
    try {
      options.setOptimizationLevel(OptLevel.ALL_OPT);
      options.setExecutionMode(ExecutionMode.SEQUENTIAL);
      options.setInterOpNumThreads(1);
      options.setIntraOpNumThreads(poolSize(lanes));
      // A thread that spins between operators takes its core from the threads that tokenize.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      // It keeps a plan for every shape that it ever saw.
      options.setMemoryPatternOptimization(false);
      // What the largest batch took is kept for the next: warm-up shows what a model needs.
      options.setCPUArenaAllocator(true);
      options.setDeterministicCompute(true);
      // What fails comes back as an exception and is logged once, by Ferry; the library itself
      // writes to the standard error, past the log.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      if (deviceName.startsWith(GPU)) {
        addCuda(options);
      }
      return options;
    } catch (OrtException | ModelLoadException | RuntimeException failed) {
      options.close();
      throw failed;
    }
  }

  /**
   * The size of the session's pool. The thread that runs a pass works, too, and counts as one of
   * the pool: each lane brings itself, the pool adds what is left of each lane's share.
   */
  int poolSize(int lanes) {
    return 1 + lanes * (threadsPerLane - 1);
  }

  private void addCuda(SessionOptions options) throws OrtException, ModelLoadException {
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      throw new ModelLoadException(
          "this Ferry has ONNX Runtime for CPUs alone; to run model.onnx on %s, build it with"
                  .formatted(deviceName)
              + " -Ponnxruntime-gpu");
    }
    try (OrtCUDAProviderOptions cuda =
        new OrtCUDAProviderOptions(Integer.parseInt(deviceName.substring(GPU.length())))) {
      // Doubling the arena each time would leave the device's other models no room.
      cuda.add("arena_extend_strategy", "kSameAsRequested");
      // The other searches try every algorithm at each new shape, for seconds.
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      // Copies on another stream than the computation are a race, by the library's documentation.
      cuda.add("do_copy_in_default_stream", "1");
      // TF32 keeps 10 bits of a float32's 23; batch equals single to 1e-5 would not hold.
      cuda.add("use_tf32", "0");
      options.addCUDA(cuda);
    } catch (OrtException failed) {
      throw new ModelLoadException(
          "ONNX Runtime cannot use %s: there is no such GPU, or CUDA or cuDNN is missing or of"
                  .formatted(deviceName)
              + " another version than it was built for; see docs/gpu.md",
          failed);
    }
  }
}
