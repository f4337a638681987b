package io.ferry.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import io.ferry.model.ModelLoadException;

/** ONNX Runtime itself: one native library and one environment for the whole process. */
final class OnnxRuntime {

  private OnnxRuntime() {}

  /**
   * Starts the library if it is not running.
   *
   * @throws ModelLoadException if it cannot be unpacked, or this machine cannot run it
   */
  static OrtEnvironment start() throws ModelLoadException {
    try {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "ferry");
      // Matters on Windows; the natives for other systems are chosen so that they have none.
      environment.setTelemetry(false);
      return environment;
    } catch (OrtException | LinkageError | IllegalStateException failed) {
      throw new ModelLoadException(
          "ONNX Runtime does not start; the folder for temporary files, into which it unpacks its"
              + " library, must be writable and have 50 MB left",
          failed);
    }
  }
}
