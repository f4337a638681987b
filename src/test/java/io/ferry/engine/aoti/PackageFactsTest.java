package io.ferry.engine.aoti;

import static io.ferry.engine.aoti.Packages.FACTS;
import static io.ferry.engine.aoti.Packages.metadata;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageFactsTest {

  @Test
  void readsWhatTheExportWrites() throws ModelLoadException {
    PackageFacts facts = PackageFacts.read(metadata(FACTS));
    assertEquals("2.13.0", facts.torch());
    assertEquals("cpu", facts.device());
    assertEquals(List.of("avx2"), facts.cpuFeatures());
    assertEquals(
        Map.of("batch", new AxisRange(1, Long.MAX_VALUE), "sequence", new AxisRange(2, 64)),
        facts.axes());
    assertEquals(
        new Signature(
            List.of(
                new TensorSpec("ids", Datatype.INT64, List.of(-1, -1)),
                new TensorSpec("x", Datatype.FP32, List.of(-1, 2))),
            List.of(new TensorSpec("y", Datatype.FP32, List.of(-1, -1, 8)))),
        CompiledModel.signature(facts));
  }

  @Test
  void aPackageOfAnotherExportSaysWhatToDo() {
    ModelLoadException refused =
        assertThrows(
            ModelLoadException.class, () -> PackageFacts.read("{\"AOTI_DEVICE_KEY\": \"cpu\"}"));
    assertTrue(refused.reason().contains("export_model.py --formats pt2"), refused.reason());
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "torch": "2.13.0", |
          "device": "cpu"    | "device": 1
          "sequence": {"min": 2, "max": 64} | "other": {"min": 1}
          "min": 1           | "min": "1"
          "min": 2           | "min": 65
          ["batch", 2]       | ["batch", 0]
          ["batch", 2]       | ["batch", 3000000000]
          "min": 1           | "min": 99999999999999999999
          """)
  void whatItDoesNotWriteIsRefused(String part, String broken) {
    String damaged = FACTS.replace(part, broken == null ? "" : broken);
    assertTrue(!damaged.equals(FACTS), part);
    ModelLoadException refused =
        assertThrows(ModelLoadException.class, () -> PackageFacts.read(metadata(damaged)));
    assertTrue(refused.reason().startsWith("the metadata in model.pt2 is damaged"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"ferry\": \"{\"}", "{\"ferry\": \"{}\"}", "{", "null"})
  void damagedTextIsRefused(String metadata) {
    assertThrows(ModelLoadException.class, () -> PackageFacts.read(metadata));
  }

  @Test
  void brainFloatsComeOutAsFloat32AndDoNotGoIn() throws ModelLoadException {
    PackageFacts out =
        PackageFacts.read(
            metadata(
                FACTS.replace("\"y\", \"datatype\": \"FP32\"", "\"y\", \"datatype\": \"BF16\"")));
    assertEquals(Datatype.FP32, CompiledModel.signature(out).outputs().getFirst().datatype());
    PackageFacts in =
        PackageFacts.read(
            metadata(
                FACTS.replace("\"x\", \"datatype\": \"FP32\"", "\"x\", \"datatype\": \"BF16\"")));
    ModelLoadException refused =
        assertThrows(ModelLoadException.class, () -> CompiledModel.signature(in));
    assertTrue(refused.reason().startsWith("the model takes \"x\" as BF16"), refused.reason());
  }
}
