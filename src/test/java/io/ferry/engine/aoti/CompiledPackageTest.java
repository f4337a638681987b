package io.ferry.engine.aoti;

import static io.ferry.engine.aoti.Packages.FACTS;
import static io.ferry.engine.aoti.Packages.PLACE;
import static io.ferry.engine.aoti.Packages.metadata;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.engine.OnePyTorch;
import io.ferry.engine.RowLayout;
import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import io.ferry.model.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompiledPackageTest {

  @TempDir Path scratch;

  private final OpenHandles handles = new OpenHandles();

  @Test
  void partsAreUnpackedAndGoWhenItIsClosed() throws Exception {
    Path file =
        Packages.zip(
            scratch.resolve("model.pt2"),
            Map.of(
                PLACE + "a.wrapper.so",
                "code",
                PLACE + "a.wrapper_metadata.json",
                metadata(FACTS),
                PLACE + "k.cubin",
                "kernel",
                PLACE + "../../../../escaped.so",
                "elsewhere",
                PLACE + "..",
                "nothing",
                "model/data/weights/w",
                "not a part"));
    CompiledPackage unpacked = CompiledPackage.unpack(file, handles);
    Path folder = unpacked.folder();
    assertEquals("code", Files.readString(unpacked.library()));
    assertEquals(metadata(FACTS), CompiledPackage.metadata(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          List.of("a.wrapper.so", "a.wrapper_metadata.json", "k.cubin"),
          files.map(it -> String.valueOf(it.getFileName())).sorted().toList());
    }
    assertEquals(1, handles.open(OpenHandles.Kind.FOLDER));

    unpacked.close();
    unpacked.close();

    assertFalse(Files.exists(folder));
    assertEquals(0, handles.open());
  }

  @Test
  void whatIsNoPackageSaysSo() throws Exception {
    Path text = Files.writeString(scratch.resolve("text.pt2"), "no archive");
    assertTrue(reason(text).startsWith("model.pt2 is no package"), reason(text));
    Path exported =
        Packages.zip(scratch.resolve("exported.pt2"), Map.of("model/models/model.json", "{}"));
    assertTrue(reason(exported).contains("torch.export.save"), reason(exported));
    Path bare =
        Packages.zip(
            scratch.resolve("bare.pt2"),
            Map.of(PLACE + "a.wrapper_metadata.json", metadata(FACTS)));
    try (CompiledPackage unpacked = CompiledPackage.unpack(bare, handles)) {
      assertThrows(ModelLoadException.class, unpacked::library);
    }
    assertEquals(0, handles.open());
  }

  private String reason(Path file) {
    return assertThrows(ModelLoadException.class, () -> CompiledPackage.metadata(file)).reason();
  }

  // ---- what the engine refuses before it loads any library

  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "ids", "datatype": "INT64", "shape": ["batch", "sequence"] \
          | "ids", "datatype": "INT64", "shape": [1, "sequence"] | with a fixed batch of 1
          "datatype": "INT64" | "datatype": "BF16" | the model takes "ids" as BF16
          "y", "datatype": "FP32" | "y", "datatype": "torch.complex64" | gives "y" as torch.complex64
          ["batch", 2] | ["batch", 3] | signature.json says [-1, 2]
          """)
  void whatCannotBeServedIsRefusedByWhatItSaysOfItself(String part, String other, String reason)
      throws Exception {
    String facts = FACTS.replace(part, other);
    assertFalse(facts.equals(FACTS), part);
    Path file =
        Packages.zip(
            scratch.resolve("model.pt2"),
            Map.of(PLACE + "a.wrapper_metadata.json", metadata(facts)));
    RowLayout layout =
        new RowLayout.Tensors(
            List.of(
                new TensorSpec("ids", Datatype.INT64, List.of(-1, -1)),
                new TensorSpec("x", Datatype.FP32, List.of(-1, 2))));
    AotInductorEngine engine =
        new AotInductorEngine("cpu", 1, new SharedLibtorch(Optional.empty(), new OnePyTorch()));
    ModelLoadException refused =
        assertThrows(ModelLoadException.class, () -> engine.open(file, layout, 1));
    assertTrue(refused.reason().contains(reason), refused.reason());
  }
}
