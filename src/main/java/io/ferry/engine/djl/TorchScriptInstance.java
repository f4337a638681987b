package io.ferry.engine.djl;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OutputSplitter;
import io.ferry.engine.PackedTensor;
import io.ferry.engine.RawOutput;
import io.ferry.inference.Datatype;
import java.util.List;

/**
 * One TorchScript module: int64 {@code input_ids} [rows, length] and {@code attention_mask} [rows,
 * length] in, the first output [rows, ...] out as float32. Owned by the device's thread.
 *
 * <p>It calls the module through {@link IValue}: the usual {@code Block.forward} leaks its inputs
 * whenever a pass fails.
 */
final class TorchScriptInstance implements ModelInstance {

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final InputPacker packer;
  private final OutputSplitter splitter;

  TorchScriptInstance(
      PtNDManager manager, PtSymbolBlock module, InputPacker packer, OutputSplitter splitter) {
    this.manager = manager;
    this.module = module;
    this.packer = packer;
    this.splitter = splitter;
  }

  @Override
  public PassResult forward(Batch batch) {
    try (PtNDManager pass = (PtNDManager) manager.newSubManager()) {
      List<PackedTensor> packed = packer.pack(batch);
      IValue[] inputs = new IValue[packed.size()];
      try {
        for (int i = 0; i < inputs.length; i++) {
          PackedTensor tensor = packed.get(i);
          inputs[i] =
              IValue.from(pass.create(tensor.data(), new Shape(tensor.shape()), DataType.INT64));
        }
        try (IValue output = module.forward(inputs)) {
          return splitter.split(batch, List.of(read(output, pass)));
        }
      } finally {
        for (IValue input : inputs) {
          if (input != null) {
            input.close();
          }
        }
      }
    } catch (EngineException failed) {
      PassResult result = EngineFailures.classify(failed);
      if (result instanceof PassResult.OutOfMemory && manager.getDevice().isGpu()) {
        // What PyTorch keeps of earlier passes may be what the halved batch needs.
        JniUtils.emptyCudaCache();
      }
      return result;
    }
  }

  private static RawOutput read(IValue output, PtNDManager pass) {
    PtNDArray array =
        output.isTensor() ? output.toTensor(pass) : (PtNDArray) output.toNDList(pass).getFirst();
    return new RawOutput(
        Datatype.FP32,
        array.getShape().getShape(),
        array.toType(DataType.FLOAT32, false).toByteBuffer(true));
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
