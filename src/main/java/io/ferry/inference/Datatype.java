package io.ferry.inference;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kinds of numbers that tensors hold, under the names of the Open Inference Protocol. It is a
 * list of what is allowed: engines end the process on kinds that they do not know, so nothing else
 * reaches them.
 */
public enum Datatype {
  /** A truth value: one byte, 0 or 1. */
  BOOL(1),
  /** 0 to 255. */
  UINT8(1),
  /** Signed, 8 bits. */
  INT8(1),
  /** Signed, 32 bits. */
  INT32(4),
  /** Signed, 64 bits. */
  INT64(8),
  /** IEEE 754 half precision. */
  FP16(2),
  /** IEEE 754 single precision. */
  FP32(4),
  /** IEEE 754 double precision. */
  FP64(8);

  private final int bytes;

  Datatype(int bytes) {
    this.bytes = bytes;
  }

  /** The size of one number, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether numbers of this kind have fractions, and can be infinite or NaN. */
  public boolean floating() {
    return this == FP16 || this == FP32 || this == FP64;
  }

  /** The kind of this name, such as {@code FP32}; empty if it is none that Ferry takes. */
  public static Optional<Datatype> named(String name) {
    return Stream.of(values()).filter(it -> it.name().equals(name)).findFirst();
  }
}
