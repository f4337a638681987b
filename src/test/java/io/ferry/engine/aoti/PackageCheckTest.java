package io.ferry.engine.aoti;

import static io.ferry.engine.aoti.Packages.FACTS;
import static io.ferry.engine.aoti.Packages.metadata;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.model.ModelLoadException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackageCheckTest {

  private static final CpuFeatures CPU = new CpuFeatures(Set.of("avx2", "fma"));
  private static final String LEAF = "{\"type\": null, \"context\": null, \"children_spec\": []}";

  private static String refusal(String facts, String libtorch, String device, CpuFeatures cpu)
      throws ModelLoadException {
    PackageFacts read = PackageFacts.read(metadata(facts));
    return assertThrows(
            ModelLoadException.class,
            () -> PackageCheck.check(read, TorchVersion.of(libtorch), device, cpu))
        .reason();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.13.0", "2.13.1+cpu", "2.14.0", "3.0.0"})
  void theSameOrANewerLibtorchRunsIt(String libtorch) throws ModelLoadException {
    PackageCheck.check(PackageFacts.read(metadata(FACTS)), TorchVersion.of(libtorch), "cpu", CPU);
  }

  @Test
  void anOlderOneDoesNot() throws ModelLoadException {
    assertEquals(
        "model.pt2 was compiled by PyTorch 2.13, and the libtorch that is set is 2.12; set a newer"
            + " one, or export it with this one",
        refusal(FACTS, "2.12.1", "cpu", CPU));
    assertTrue(
        refusal(FACTS.replace("2.13.0", "new"), "2.13.0", "cpu", CPU).contains("is no version"));
  }

  @Test
  void anotherDeviceDoesNot() throws ModelLoadException {
    assertEquals(
        "model.pt2 was compiled for cpu, and this device is cuda; export it with --device cuda",
        refusal(FACTS, "2.13.0", "cuda", CPU));
  }

  @Test
  void aProcessorThatCannotDoWhatItUsesDoesNot() throws ModelLoadException {
    String facts = FACTS.replace("[\"avx2\"]", "[\"avx2\", \"avx512f\"]");
    assertEquals(
        "model.pt2 was compiled for a processor that can avx512f, which this one cannot; export it"
            + " on this machine or one like it",
        refusal(facts, "2.13.0", "cpu", CPU));
  }

  @Test
  void featuresAreReadAsTheKernelListsThem() {
    Stream<String> x86 = Stream.of("processor\t: 0", "flags\t\t: fpu avx2 avx2 fma", "bugs\t: a");
    assertEquals(Set.of("fpu", "avx2", "fma"), CpuFeatures.of(x86).flags());
    assertEquals(
        Set.of("asimd", "sve"), CpuFeatures.of(Stream.of("Features\t: asimd sve")).flags());
    assertEquals(Set.of(), CpuFeatures.of(Stream.of("other: a")).flags());
  }

  @ParameterizedTest
  @CsvSource({"2.13.0,2,13", "2.9.1+cu128,2,9", "3.0,3,0", "2.14.0a0+git123,2,14"})
  void versionsAreRead(String text, int major, int minor) {
    assertEquals(new TorchVersion(major, minor), TorchVersion.of(text));
    assertEquals(
        new TorchVersion(major, minor),
        TorchVersion.ofAbi((long) major << 56 | (long) minor << 48 | 7L << 40));
  }

  // ---- the call specification

  private static String dictionary(String keys, int children) {
    return "[1, {\"type\": \"builtins.dict\", \"context\": \"%s\", \"children_spec\": [%s]}]"
        .formatted(
            keys.replace("\"", "\\\""),
            String.join(", ", Stream.generate(() -> LEAF).limit(children).toList()));
  }

  /** As PyTorch 2.13 wrote it for a module that takes a dictionary. */
  private static final String TAKES =
      """
      [1, {"type": "builtins.tuple", "context": "null", "children_spec": [
        {"type": "builtins.tuple", "context": "null", "children_spec": [
          {"type": "builtins.dict", "context": "[\\"ids\\", \\"x\\"]", "children_spec": [
            {"type": null, "context": null, "children_spec": []},
            {"type": null, "context": null, "children_spec": []}]}]},
        {"type": "builtins.dict", "context": "[]", "children_spec": []}]}]
      """;

  @Test
  void theSpecificationAndTheMetadataAgree() throws ModelLoadException {
    assertEquals(List.of("ids", "x"), CallSpec.names(TAKES));
    PackageFacts facts = PackageFacts.read(metadata(FACTS));
    PackageCheck.check(facts, new ModelLibrary.Call(2, 1, TAKES, dictionary("[\"y\"]", 1)));
    for (ModelLibrary.Call other :
        List.of(
            new ModelLibrary.Call(3, 1, TAKES, dictionary("[\"y\"]", 1)),
            new ModelLibrary.Call(2, 2, TAKES, dictionary("[\"y\", \"z\"]", 2)),
            new ModelLibrary.Call(2, 1, TAKES, dictionary("[\"z\"]", 1)),
            new ModelLibrary.Call(2, 1, TAKES, "[1, " + LEAF + "]"),
            new ModelLibrary.Call(
                2, 1, dictionary("[\"x\", \"ids\"]", 2), dictionary("[\"y\"]", 1)),
            new ModelLibrary.Call(2, 1, TAKES, ""))) {
      assertThrows(ModelLoadException.class, () -> PackageCheck.check(facts, other));
    }
  }

  @Test
  void aTensorThatStandsInNoDictionaryHasNoName() {
    assertEquals(List.of(""), CallSpec.names("[1, " + LEAF + "]"));
    assertThrows(IllegalArgumentException.class, () -> CallSpec.names("{"));
    assertThrows(IllegalArgumentException.class, () -> CallSpec.names("[1]"));
  }
}
