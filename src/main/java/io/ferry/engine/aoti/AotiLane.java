package io.ferry.engine.aoti;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.WrongOutputException;
import io.ferry.engine.InputPacker;
import io.ferry.engine.OutputSplitter;
import io.ferry.engine.PackedTensor;
import io.ferry.engine.RawOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One lane's way through a compiled model, on a stream of its own. Belongs to the lane's thread.
 */
final class AotiLane implements ModelInstance {

  private final Libtorch torch;
  private final Container container;
  private final CompiledModel model;
  private final PassStream stream;
  private final InputPacker packer;
  private final OutputSplitter splitter;
  private final OpenHandles handles;
  private boolean entered;
  private boolean closed;

  /**
   * A lane.
   *
   * @param container is released with the lane
   * @param stream is closed with the lane
   */
  AotiLane(
      Libtorch torch,
      Container container,
      CompiledModel model,
      PassStream stream,
      InputPacker packer,
      OpenHandles handles) {
    this.torch = torch;
    this.container = container;
    this.model = model;
    this.stream = stream;
    this.packer = packer;
    this.splitter = new OutputSplitter(model.layout());
    this.handles = handles;
  }

  @Override
  public PassResult forward(Batch batch) {
    if (closed) {
      // The library would run a freed model, and end the process.
      throw new IllegalStateException("a pass through a closed lane");
    }
    if (!entered) {
      // OpenMP and libtorch keep the number for each thread.
      torch.shim().threads(model.threads());
      entered = true;
    }
    try {
      for (Batch part : model.bounds().fitted(batch, model.layout())) {
        PassResult result = run(part);
        if (!(result instanceof PassResult.Done)) {
          return result;
        }
      }
      return new PassResult.Done();
    } catch (NativeCallException failed) {
      return settled(NativeFailures.classify(failed));
    } catch (WrongOutputException wrong) {
      return settled(new PassResult.Faulted(wrong));
    }
  }

  /** What was begun on the device may still read the buffers that the next pass fills. */
  private PassResult settled(PassResult failure) {
    try {
      stream.await();
      return failure;
    } catch (NativeCallException also) {
      PassResult worse = NativeFailures.classify(also);
      return worse instanceof PassResult.DeviceLost ? worse : failure;
    }
  }

  private PassResult run(Batch batch) throws NativeCallException {
    List<PackedTensor> packed = packer.pack(batch);
    Optional<String> fault = InputCheck.fault(packed, model.facts());
    if (fault.isPresent()) {
      return new PassResult.Faulted(new IllegalArgumentException(fault.get()));
    }
    int outputs = model.facts().outputs().size();
    try (PassTensors tensors = new PassTensors(torch, packed.size(), outputs, handles)) {
      for (int i = 0; i < packed.size(); i++) {
        tensors.add(packed.get(i), stream.send(i, packed.get(i).data()), model.device());
      }
      tensors.run(container, stream.handle());
      return splitter.split(batch, read(tensors.outputs()));
    }
  }

  private List<RawOutput> read(List<TorchShim.TensorView> views) throws NativeCallException {
    List<OutputReading> readings = new ArrayList<>(views.size());
    List<ByteBuffer> memories = new ArrayList<>(views.size());
    for (TorchShim.TensorView view : views) {
      if (view.deviceType() != model.device().type()) {
        throw new WrongOutputException("the model gives an output on another device than its own");
      }
      OutputReading reading = new OutputReading(view, torch.kinds());
      memories.add(stream.receive(readings.size(), view.address(), reading.span()));
      readings.add(reading);
    }
    stream.await();
    List<RawOutput> read = new ArrayList<>(views.size());
    for (int i = 0; i < views.size(); i++) {
      read.add(readings.get(i).read(memories.get(i)));
    }
    return read;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      stream.close();
      container.release();
    }
  }
}
