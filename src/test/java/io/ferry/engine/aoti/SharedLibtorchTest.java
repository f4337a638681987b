package io.ferry.engine.aoti;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.engine.OnePyTorch;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.model.ModelLoadException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SharedLibtorchTest {

  @TempDir Path folder;
  @TempDir Path other;

  private static String off(SharedLibtorch libtorch) {
    String off = libtorch.off().orElse("on");
    assertEquals(
        off, assertThrows(ModelLoadException.class, libtorch::get).reason(), "asked all the same");
    return off;
  }

  @Test
  void withoutALibraryItSaysWhatToSet() {
    String off = off(new SharedLibtorch(Optional.empty(), new OnePyTorch()));
    assertTrue(off.contains("set ferry.aotinductor.libtorch to the folder"), off);
  }

  @Test
  void theSettingCountsMoreThanTheEnvironment() throws Exception {
    Map<String, String> environment = Map.of("PYTORCH_LIBRARY_PATH", other.toString());
    assertEquals(Optional.empty(), SharedLibtorch.find(Optional.empty(), environment));
    Files.createFile(folder.resolve("libtorch_cpu.so"));
    Files.createFile(other.resolve("libtorch_cpu.so"));
    assertEquals(Optional.of(other), SharedLibtorch.find(Optional.empty(), environment));
    assertEquals(Optional.of(folder), SharedLibtorch.find(Optional.of(folder), environment));
    assertEquals(Optional.empty(), SharedLibtorch.find(Optional.empty(), Map.of()));
    assertEquals(
        Optional.empty(),
        SharedLibtorch.find(Optional.empty(), Map.of("PYTORCH_LIBRARY_PATH", "")));
  }

  @Test
  void theLibraryOfTheOtherEngineIsNotTaken() throws Exception {
    Files.createFile(other.resolve("libtorch_cpu.so"));
    assertEquals(
        Optional.empty(),
        SharedLibtorch.find(
            Optional.empty(),
            Map.of("PYTORCH_LIBRARY_PATH", other.toString(), "PYTORCH_FLAVOR", "cu128")));
  }

  @Test
  void aFileThatIsNoLibraryIsRefusedAndTheReasonHasNoPath() throws Exception {
    Files.createFile(folder.resolve("libtorch_cpu.so"));
    SharedLibtorch broken = new SharedLibtorch(Optional.of(folder), new OnePyTorch());
    assertEquals(Optional.empty(), broken.off());
    ModelLoadException refused = assertThrows(ModelLoadException.class, broken::get);
    assertTrue(refused.reason().contains("must be PyTorch 2.9 or newer"), refused.reason());
    assertFalse(refused.reason().contains(folder.toString()), refused.reason());
  }

  @Test
  void whoComesSecondSaysThatTheOtherIsThere() {
    OnePyTorch process = new OnePyTorch();
    SharedLibtorch compiled = new SharedLibtorch(Optional.of(folder), process);
    TorchScriptEngine scripted = new TorchScriptEngine("cpu", 1, process);
    assertEquals(Optional.empty(), compiled.off());
    assertEquals(Optional.empty(), scripted.off());

    assertTrue(process.take(TorchScriptEngine.NAME));

    assertTrue(off(compiled).startsWith("a model.pt is served here"));
    assertEquals(Optional.empty(), scripted.off());
    assertFalse(process.take(SharedLibtorch.ENGINE));

    OnePyTorch reverse = new OnePyTorch();
    assertTrue(reverse.take(SharedLibtorch.ENGINE));
    assertTrue(reverse.take(SharedLibtorch.ENGINE));
    String second = new TorchScriptEngine("cpu", 1, reverse).off().orElse("");
    assertTrue(second.startsWith("a model.pt2 is served here"), second);
  }

  // ---- the loader

  @Test
  void aLibraryIsLoadedCalledAndUnloaded() throws Throwable {
    NativeLibrary math = NativeLibrary.open("libm.so.6");
    double root =
        (double)
            math.function("sqrt", ValueLayout.JAVA_DOUBLE, ValueLayout.JAVA_DOUBLE)
                .invokeExact(9.0);
    assertEquals(3, root);
    assertEquals(
        Optional.empty(),
        math.find("no_such_function", FunctionDescriptor.of(ValueLayout.JAVA_INT)));
    NativeCallException missing =
        assertThrows(
            NativeCallException.class,
            () -> math.function("no_such_function", ValueLayout.JAVA_INT));
    assertTrue(missing.words().contains("no_such_function"), missing.words());
    math.close();
    assertThrows(NativeCallException.class, () -> NativeLibrary.open(folder.resolve("libnone.so")));
  }
}
