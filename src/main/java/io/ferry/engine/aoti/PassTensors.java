package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.ferry.engine.PackedTensor;
import io.ferry.engine.aoti.OpenHandles.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tensor objects of one pass; closing frees those that are still its own. */
final class PassTensors implements AutoCloseable {

  /** A model says so of a call to libtorch that failed, and leaves it to libtorch to say why. */
  private static final String SHIM_FAILED = "API call failed";

  private final Arena arena = Arena.ofConfined();
  private final Libtorch torch;
  private final OpenHandles handles;
  private final MemorySegment inputs;
  private final MemorySegment outputs;
  private final int inputCount;
  private final int outputCount;
  private int made;

  PassTensors(Libtorch torch, int inputCount, int outputCount, OpenHandles handles) {
    this.torch = torch;
    this.handles = handles;
    this.inputCount = inputCount;
    this.outputCount = outputCount;
    handles.opened(Kind.ARENA);
    inputs = arena.allocate(ADDRESS, inputCount);
    outputs = arena.allocate(ADDRESS, outputCount);
  }

  /** Adds an input, at an address on the device. */
  void add(PackedTensor packed, long address, TorchShim.Device device) throws NativeCallException {
    long[] shape = packed.shape();
    long[] strides = new long[shape.length];
    long step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= shape[axis];
    }
    MemorySegment tensor =
        torch
            .shim()
            .tensor(
                address,
                torch.kinds().code(packed.datatype()),
                arena.allocateFrom(JAVA_LONG, shape),
                arena.allocateFrom(JAVA_LONG, strides),
                shape.length,
                device);
    handles.opened(Kind.TENSOR);
    inputs.setAtIndex(ADDRESS, made++, tensor);
  }

  /** Runs the pass: it takes the inputs and gives the outputs. */
  void run(Container container, MemorySegment stream) throws NativeCallException {
    if (made != inputCount) {
      throw new IllegalStateException(made + " of " + inputCount + " inputs");
    }
    try {
      container.run(inputs, inputCount, outputs, outputCount, stream);
    } catch (NativeCallException failed) {
      throw failed.words().contains(SHIM_FAILED)
          ? new NativeCallException("run", failed.words() + ": " + torch.shim().lastWords())
          : failed;
    } finally {
      handles.add(Kind.TENSOR, -made);
      made = 0;
      handles.add(Kind.TENSOR, distinctOutputs().size());
    }
  }

  /** What the outputs are, and where; valid until this is closed. */
  List<TorchShim.TensorView> outputs() throws NativeCallException {
    List<TorchShim.TensorView> views = new ArrayList<>(outputCount);
    for (MemorySegment output : own(outputs, outputCount)) {
      views.add(torch.shim().view(output));
    }
    return views;
  }

  /** Each output once: of a tensor under two names the model gives one handle, twice. */
  private Set<MemorySegment> distinctOutputs() {
    return new LinkedHashSet<>(own(outputs, outputCount));
  }

  private static List<MemorySegment> own(MemorySegment pointers, int count) {
    List<MemorySegment> own = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      MemorySegment pointer = pointers.getAtIndex(ADDRESS, i);
      if (pointer.address() != 0) {
        own.add(pointer);
      }
    }
    return own;
  }

  @Override
  public void close() {
    try {
      List<MemorySegment> left = new ArrayList<>(own(inputs, made));
      left.addAll(distinctOutputs());
      for (MemorySegment tensor : left) {
        torch.shim().delete(tensor);
        handles.closed(Kind.TENSOR);
      }
    } catch (NativeCallException failed) {
      throw new IllegalStateException("a tensor is not freed", failed);
    } finally {
      arena.close();
      handles.closed(Kind.ARENA);
    }
  }
}
