package io.ferry.engine.aoti;

import io.ferry.model.ModelLoadException;

/** A device of Ferry's in the words of libtorch, and how lanes get to it. */
sealed interface AotiDevice {

  /** Before a GPU's number. */
  String GPU = "gpu:";

  /** What packages are compiled for, such as {@code cuda}. */
  String kind();

  /** Such as {@code cuda:0}. */
  String name();

  /** As libtorch numbers it. */
  TorchShim.Device numbered(TorchShim shim) throws NativeCallException;

  /**
   * A stream for a lane.
   *
   * @throws ModelLoadException if this machine cannot use the device
   */
  PassStream stream(OpenHandles handles) throws NativeCallException, ModelLoadException;

  /**
   * The device of a name.
   *
   * @param name {@code cpu} or {@code gpu:N}
   * @throws IllegalArgumentException if it is neither
   */
  static AotiDevice of(String name) {
    return name.equals("cpu") ? new Cpu() : new Cuda(ordinal(name));
  }

  /** The number of a GPU's name. */
  static int ordinal(String name) {
    if (!name.startsWith(GPU)) {
      throw new IllegalArgumentException("model.pt2 runs on cpu or gpu:N, not " + name);
    }
    return Integer.parseInt(name.substring(GPU.length()));
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
    public TorchShim.Device numbered(TorchShim shim) throws NativeCallException {
      return new TorchShim.Device(shim.constant("aoti_torch_device_type_cpu"), 0);
    }

    @Override
    public PassStream stream(OpenHandles handles) {
      return new HostStream();
    }
  }

  /**
   * A GPU.
   *
   * @param ordinal its number among those that the process may use
   */
  record Cuda(int ordinal) implements AotiDevice {

    @Override
    public String kind() {
      return "cuda";
    }

    @Override
    public String name() {
      return "cuda:" + ordinal;
    }

    @Override
    public TorchShim.Device numbered(TorchShim shim) throws NativeCallException {
      return new TorchShim.Device(shim.constant("aoti_torch_device_type_cuda"), ordinal);
    }

    @Override
    public PassStream stream(OpenHandles handles) throws NativeCallException, ModelLoadException {
      CudaRuntime cuda;
      try {
        cuda = new CudaRuntime();
      } catch (NativeCallException missing) {
        throw new ModelLoadException(
            "the libtorch that is set has no CUDA; set one that is built for it, or serve on cpu",
            missing);
      }
      return new DeviceStream(cuda, ordinal, handles);
    }
  }
}
