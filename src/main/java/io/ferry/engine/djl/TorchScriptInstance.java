package io.ferry.engine.djl;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.WrongOutputException;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OutputSplitter;
import io.ferry.engine.PackedTensor;
import io.ferry.engine.RawOutput;
import io.ferry.inference.Datatype;
import java.util.ArrayList;
import java.util.List;

/**
 * A TorchScript module as one lane runs it. Outputs may be a tensor, or a tuple, list or map of
 * tensors.
 *
 * <p>It calls the module through {@link IValue}: the usual {@code Block.forward} leaks its inputs
 * whenever a pass fails.
 */
final class TorchScriptInstance implements ModelInstance {

  private final SharedModule module;
  private final InputPacker packer;
  private final OutputSplitter splitter;
  private boolean entered;
  private boolean closed;

  TorchScriptInstance(SharedModule module, InputPacker packer, OutputSplitter splitter) {
    this.module = module;
    this.packer = packer;
    this.splitter = splitter;
  }

  @Override
  public PassResult forward(Batch batch) {
    if (!entered) {
      PyTorch.enterThread();
      entered = true;
    }
    try (PtNDManager pass = (PtNDManager) module.manager().newSubManager()) {
      return forward(batch, pass);
    } catch (WrongOutputException wrong) {
      return new PassResult.Faulted(wrong);
    } catch (EngineException failed) {
      PassResult result = EngineFailures.classify(failed);
      if (result instanceof PassResult.OutOfMemory && module.manager().getDevice().isGpu()) {
        // What PyTorch keeps of earlier passes may be what the halved batch needs.
        JniUtils.emptyCudaCache();
      }
      return result;
    }
  }

  private PassResult forward(Batch batch, PtNDManager pass) {
    List<IValue> inputs = new ArrayList<>();
    try {
      for (PackedTensor tensor : packer.pack(batch)) {
        Shape shape = new Shape(tensor.shape());
        inputs.add(IValue.from(pass.create(tensor.data(), shape, DataTypes.of(tensor.datatype()))));
      }
      try (IValue output = module.forward(inputs.toArray(IValue[]::new))) {
        return splitter.split(batch, read(output, pass));
      }
    } finally {
      inputs.forEach(IValue::close);
    }
  }

  /** Attached to the pass's manager, all of them: they are freed with it. */
  private static List<RawOutput> read(IValue output, PtNDManager pass) {
    List<RawOutput> read = new ArrayList<>();
    if (output.isTensor()) {
      read.add(read(output.toTensor(pass)));
    } else {
      output.toNDList(pass).forEach(array -> read.add(read((PtNDArray) array)));
    }
    if (read.isEmpty()) {
      throw new WrongOutputException("the model gives no output");
    }
    return read;
  }

  private static RawOutput read(PtNDArray array) {
    DataType type = array.getDataType();
    if (type == DataType.BFLOAT16) {
      return read(array.toType(DataType.FLOAT32, false));
    }
    Datatype datatype =
        DataTypes.of(type)
            .orElseThrow(
                () ->
                    new WrongOutputException(
                        "the model gives an output of the kind %s; Ferry answers with %s"
                            .formatted(type, List.of(Datatype.values()))));
    return new RawOutput(datatype, array.getShape().getShape(), array.toByteBuffer(true));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      module.giveBack();
    }
  }
}
