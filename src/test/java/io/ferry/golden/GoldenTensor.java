package io.ferry.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.Tensor;
import io.ferry.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Tensors out of nested arrays of numbers. */
final class GoldenTensor {

  private GoldenTensor() {}

  static Tensor of(TensorSpec spec, JsonNode nested) {
    List<Integer> shape = new ArrayList<>();
    for (JsonNode node = nested; node.isArray(); node = node.path(0)) {
      shape.add(node.size());
    }
    int elements = shape.stream().reduce(1, (a, b) -> a * b);
    ByteBuffer data =
        ByteBuffer.allocate(elements * spec.datatype().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    put(spec, nested, data);
    return new Tensor(spec.datatype(), shape.stream().mapToInt(it -> it).toArray(), data.flip());
  }

  private static void put(TensorSpec spec, JsonNode nested, ByteBuffer data) {
    if (nested.isArray()) {
      nested.forEach(inside -> put(spec, inside, data));
      return;
    }
    switch (spec.datatype()) {
      case BOOL -> data.put((byte) (nested.asBoolean() ? 1 : 0));
      case UINT8, INT8 -> data.put((byte) nested.asInt());
      case INT32 -> data.putInt(nested.asInt());
      case INT64 -> data.putLong(nested.asLong());
      case FP16 -> data.putShort(Float.floatToFloat16((float) nested.asDouble()));
      case FP32 -> data.putFloat((float) nested.asDouble());
      case FP64 -> data.putDouble(nested.asDouble());
    }
  }

  /** Writes the numbers of nested arrays one after the other, and says where they end. */
  static int flatten(JsonNode nested, float[] into, int at) {
    if (!nested.isArray()) {
      into[at] = nested.isBoolean() ? (nested.asBoolean() ? 1 : 0) : (float) nested.asDouble();
      return at + 1;
    }
    int next = at;
    for (JsonNode inside : nested) {
      next = flatten(inside, into, next);
    }
    return next;
  }
}
