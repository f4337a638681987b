package io.ferry.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OutputSplitter;
import io.ferry.engine.PackedTensor;
import io.ferry.engine.RawOutput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One lane's way through a session that it shares with the model's other lanes; buffers are its
 * own. Belongs to the lane's thread.
 */
final class OnnxLane implements ModelInstance {

  private final OrtEnvironment environment;
  private final SharedSession session;
  private final InputPacker packer;
  private final OutputSplitter splitter;

  private boolean closed;

  OnnxLane(
      OrtEnvironment environment,
      SharedSession session,
      InputPacker packer,
      OutputSplitter splitter) {
    this.environment = environment;
    this.session = session;
    this.packer = packer;
    this.splitter = splitter;
  }

  @Override
  public PassResult forward(Batch batch) {
    if (closed) {
      // The library would run a freed session, and end the process.
      throw new IllegalStateException("a pass through a closed lane");
    }
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      for (PackedTensor tensor : packer.pack(batch)) {
        inputs.put(tensor.name(), inPlace(tensor));
      }
      try (OrtSession.Result outputs = session.run(inputs)) {
        return splitter.split(batch, read(outputs));
      }
    } catch (OrtException failed) {
      return PassFailures.classify(failed);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** The library reads a direct buffer where it lies. */
  private OnnxTensor inPlace(PackedTensor tensor) throws OrtException {
    return OnnxTensor.createTensor(
        environment, tensor.data(), tensor.shape(), ElementTypes.javaType(tensor.datatype()));
  }

  private static List<RawOutput> read(OrtSession.Result outputs) {
    List<RawOutput> read = new ArrayList<>(outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      // Loading refused files that give anything but tensors.
      read.add(OutputReading.of((OnnxTensor) outputs.get(i)));
    }
    return read;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      session.release();
    }
  }
}
