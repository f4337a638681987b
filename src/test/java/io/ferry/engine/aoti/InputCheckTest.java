package io.ferry.engine.aoti;

import static io.ferry.engine.aoti.Packages.FACTS;
import static io.ferry.engine.aoti.Packages.metadata;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.engine.PackedTensor;
import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputCheckTest {

  private static PackedTensor packed(String name, Datatype datatype, int bytes, long... shape) {
    return new PackedTensor(name, datatype, shape, ByteBuffer.allocateDirect(bytes));
  }

  private static final PackedTensor IDS = packed("ids", Datatype.INT64, 2 * 3 * 8, 2, 3);
  private static final PackedTensor X = packed("x", Datatype.FP32, 2 * 2 * 4, 2, 2);

  private static String fault(PackedTensor... inputs) throws ModelLoadException {
    return InputCheck.fault(List.of(inputs), PackageFacts.read(metadata(FACTS))).orElse("fits");
  }

  @Test
  void whatFitsPasses() throws ModelLoadException {
    assertEquals("fits", fault(IDS, X));
    assertEquals(
        "fits",
        fault(packed("ids", Datatype.INT64, 64 * 8, 1, 64), packed("x", Datatype.FP32, 8, 1, 2)));
  }

  @Test
  void nothingElseReachesNativeCode() throws ModelLoadException {
    assertEquals("1 inputs, the model takes 2", fault(IDS));
    assertTrue(fault(X, IDS).startsWith("x FP32"), fault(X, IDS));
    assertTrue(fault(packed("ids", Datatype.INT32, 24, 2, 3), X).contains("takes ids INT64"));
    assertTrue(fault(IDS, packed("x", Datatype.FP32, 16, 2, 2, 1)).contains("with 3 axes"));
    assertTrue(fault(IDS, packed("x", Datatype.FP32, 24, 2, 3)).contains("axis 1 may be 2 to 2"));
    String tooShort = fault(packed("ids", Datatype.INT64, 16, 2, 1), X);
    assertTrue(tooShort.contains("axis 1 may be 2 to 64"), tooShort);
    assertTrue(
        fault(packed("ids", Datatype.INT64, 2 * 65 * 8, 2, 65), X).contains("may be 2 to 64"));
    assertTrue(fault(packed("ids", Datatype.INT64, 0, 0, 3), X).contains("may be 1 or more"));
    String uneven = fault(IDS, packed("x", Datatype.FP32, 3 * 2 * 4, 3, 2));
    assertTrue(uneven.contains("axis 0 is 2 in another input"), uneven);
    String cutOff = fault(packed("ids", Datatype.INT64, 2 * 3 * 8 - 1, 2, 3), X);
    assertTrue(cutOff.contains("of 47 bytes, its shape [2, 3] needs 48"), cutOff);
    PackedTensor onHeap =
        new PackedTensor("x", Datatype.FP32, new long[] {2, 2}, ByteBuffer.allocate(16));
    assertTrue(fault(IDS, onHeap).contains("of 16 bytes"));
  }
}
