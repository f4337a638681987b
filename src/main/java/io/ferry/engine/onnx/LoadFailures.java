package io.ferry.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import java.util.Locale;

/**
 * Says why a file does not load, in words for operators; the library's own text, which holds paths,
 * is for the log.
 */
final class LoadFailures {

  private LoadFailures() {}

  /**
   * A reason.
   *
   * @param version of the library
   */
  static String reason(OrtException failure, String version) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (PassFailures.outOfMemory(message)) {
      return "model.onnx does not fit into the device's memory";
    }
    if (failure.getCode() == OrtErrorCode.ORT_INVALID_PROTOBUF
        || message.contains("does not have a graph")) {
      return "model.onnx is not an ONNX file, or is cut off";
    }
    if (message.contains("external data")) {
      return "the files with the weights of model.onnx are missing beside it, or are cut off";
    }
    if (message.contains("unsupported model ir version") || message.contains("under development")) {
      return "model.onnx is of a newer ONNX than ONNX Runtime %s knows; export it with an older opset"
          .formatted(version);
    }
    if (failure.getCode() == OrtErrorCode.ORT_NOT_IMPLEMENTED
        || message.contains("no op registered")) {
      return "model.onnx uses an operator that ONNX Runtime %s has not, or not for this device"
          .formatted(version);
    }
    return "ONNX Runtime %s refuses model.onnx; the log has its words".formatted(version);
  }
}
