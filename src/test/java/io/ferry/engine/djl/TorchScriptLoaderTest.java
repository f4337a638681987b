package io.ferry.engine.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.engine.folder.ModelFolder;
import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model folder that cannot be served says why, and does no harm to the next one. */
class TorchScriptLoaderTest {

  private static final Path GOOD = Path.of("src", "test", "resources", "models", "faulty");
  private static final List<String> FILES = List.of("config.json", "tokenizer.json", "model.pt");

  @TempDir Path folder;

  @BeforeEach
  void copyAGoodModel() throws IOException {
    for (String file : FILES) {
      Files.copy(GOOD.resolve(file), folder.resolve(file));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "model.pt"})
  void aMissingFileIsNamed(String file) throws IOException {
    Files.delete(folder.resolve(file));

    assertEquals("the model folder has no " + file, reason());
  }

  @ParameterizedTest
  @CsvSource({
    "config.json, config.json is not JSON",
    "tokenizer.json, tokenizer.json cannot be read",
    "model.pt, model.pt is no TorchScript that this PyTorch can load"
  })
  void aFileOfSomethingElseIsNamed(String file, String reason) throws IOException {
    Files.writeString(folder.resolve(file), "{ something else");

    assertEquals(reason, reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 700, 1_200})
  void aModelThatWasCutOffIsRefused(int bytes) throws IOException {
    Path model = folder.resolve("model.pt");
    Files.write(model, Arrays.copyOf(Files.readAllBytes(model), bytes));

    assertEquals("model.pt is no TorchScript that this PyTorch can load", reason());
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() {
    ModelLoadException failed =
        assertThrows(
            ModelLoadException.class,
            () -> new TorchScriptLoader("gpu:99").load("faulty", new ModelFolder(folder)));

    assertTrue(failed.reason().contains("gpu:99"), failed::reason);
  }

  @Test
  void aModelIsWhatItsFilesSay() throws ModelLoadException {
    LoadedModel model = new TorchScriptLoader("cpu").load("faulty", new ModelFolder(folder));
    try (var instance = model.lanes().getFirst()) {
      assertEquals("faulty", model.spec().name());
      assertEquals(4_096, model.spec().maxTokens());
      assertEquals("pytorch_torchscript", model.spec().platform());
    }
  }

  private String reason() {
    return assertThrows(
            ModelLoadException.class,
            () -> new TorchScriptLoader("cpu").load("faulty", new ModelFolder(folder)))
        .reason();
  }
}
