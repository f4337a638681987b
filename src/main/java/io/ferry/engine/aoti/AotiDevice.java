package io.ferry.engine.aoti;

import io.ferry.model.ModelLoadException;

/** A device of Ferry's in the words of libtorch, and how lanes get to it. */
sealed interface AotiDevice {

  /** What packages are compiled for, such as {@code cuda}. */
  String kind();

  /** Such as {@code cuda:0}. */
  String name();

  /** As libtorch numbers it. */
  TorchShim.Device numbered(Libtorch torch) throws NativeCallException;

  /** A stream for a lane. */
  PassStream stream(Libtorch torch, OpenHandles handles)
      throws NativeCallException, ModelLoadException;

  /**
   * The device of a name.
   *
   * @param name {@code cpu} or {@code gpu:N}
   */
  static AotiDevice of(String name) {
    return new Cpu();
  }

  /** The host. */
  record Cpu() implements AotiDevice {

    @Override
    public String kind() {
      return "cpu";
    }

    @Override
    public String name() {
      return "cpu";
    }

    @Override
    public TorchShim.Device numbered(Libtorch torch) throws NativeCallException {
      return new TorchShim.Device(torch.shim().constant("aoti_torch_device_type_cpu"), 0);
    }

    @Override
    public PassStream stream(Libtorch torch, OpenHandles handles) {
      return new HostStream();
    }
  }
}
