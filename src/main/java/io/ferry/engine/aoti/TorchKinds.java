package io.ferry.engine.aoti;

import io.ferry.inference.Datatype;
import java.util.Map;
import java.util.Optional;

/**
 * Ferry's kinds of numbers and libtorch's, which has a function for each, because the numbers may
 * change between versions.
 *
 * @param codes libtorch's number of each kind
 * @param brainFloat its number of the kind that Ferry reads as float32
 */
record TorchKinds(Map<Datatype, Integer> codes, int brainFloat) {

  TorchKinds {
    codes = Map.copyOf(codes);
  }

  static TorchKinds ask(TorchShim shim) throws NativeCallException {
    Map<Datatype, Integer> codes = new java.util.EnumMap<>(Datatype.class);
    for (Datatype datatype : Datatype.values()) {
      codes.put(datatype, shim.constant("aoti_torch_dtype_" + named(datatype)));
    }
    return new TorchKinds(codes, shim.constant("aoti_torch_dtype_bfloat16"));
  }

  private static String named(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> "bool";
      case UINT8 -> "uint8";
      case INT8 -> "int8";
      case INT32 -> "int32";
      case INT64 -> "int64";
      case FP16 -> "float16";
      case FP32 -> "float32";
      case FP64 -> "float64";
    };
  }

  int code(Datatype datatype) {
    Integer code = codes.get(datatype);
    if (code == null) {
      throw new IllegalStateException("libtorch was not asked for " + datatype);
    }
    return code;
  }

  /** The kind of a number of libtorch's; empty if Ferry has no such kind, brain floats included. */
  Optional<Datatype> datatype(int code) {
    return codes.entrySet().stream()
        .filter(it -> it.getValue() == code)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
