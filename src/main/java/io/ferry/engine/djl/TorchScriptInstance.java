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
import io.ferry.batching.Row;
import io.ferry.inference.Prediction;
import java.nio.FloatBuffer;

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
  private final TokenTensors tensors;

  TorchScriptInstance(PtNDManager manager, PtSymbolBlock module, long padTokenId) {
    this.manager = manager;
    this.module = module;
    this.tensors = new TokenTensors(padTokenId);
  }

  @Override
  public PassResult forward(Batch batch) {
    try (PtNDManager pass = (PtNDManager) manager.newSubManager()) {
      tensors.pack(batch);
      Shape shape = new Shape(batch.size(), batch.longest());
      PtNDArray ids = pass.create(tensors.ids(), shape, DataType.INT64);
      PtNDArray mask = pass.create(tensors.mask(), shape, DataType.INT64);
      try (IValue idsValue = IValue.from(ids);
          IValue maskValue = IValue.from(mask);
          IValue output = module.forward(idsValue, maskValue)) {
        return split(batch, FirstOutput.of(output, pass));
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

  /** Copies each row out of native memory, which is gone when this pass's manager closes. */
  private static PassResult split(Batch batch, PtNDArray output) {
    Shape shape = output.getShape();
    if (shape.dimension() < 1 || shape.get(0) != batch.size()) {
      return new PassResult.Faulted(
          new IllegalStateException(
              "%d rows went in, the output has the shape %s".formatted(batch.size(), shape)));
    }
    PtNDArray floats = output.toType(DataType.FLOAT32, false);
    FloatBuffer values = floats.toByteBuffer(true).asFloatBuffer();
    int valuesPerRow = values.remaining() / batch.size();
    for (Row row : batch.rows()) {
      float[] answer = new float[valuesPerRow];
      values.get(answer);
      row.answer(new Prediction(answer));
    }
    return new PassResult.Done();
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
