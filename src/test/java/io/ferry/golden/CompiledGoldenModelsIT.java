package io.ferry.golden;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.CompiledModels;
import io.ferry.TestModels;
import io.ferry.engine.Engine;
import io.ferry.engine.OnePyTorch;
import io.ferry.engine.aoti.AotInductorEngine;
import io.ferry.engine.aoti.SharedLibtorch;
import io.ferry.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden models on the third engine. They are compiled for this machine first, see {@link
 * CompiledModels}; and no other test of this process may load another PyTorch.
 */
@Tag("aoti")
@TestInstance(Lifecycle.PER_CLASS)
class CompiledGoldenModelsIT {

  private CompiledModels models = new CompiledModels(Path.of(""), Path.of(""));

  @BeforeAll
  void compile() throws Exception {
    models = CompiledModels.here();
  }

  List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(models.folder())) {
      List<Path> golden =
          folders.filter(it -> Files.exists(it.resolve("golden.json"))).sorted().toList();
      assertTrue(golden.size() >= 11, "only " + golden);
      return golden;
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void rowsHaveTheOriginalsAnswersAloneAndInCompany(Path folder) throws Exception {
    Engine engine =
        new AotInductorEngine(
            CompiledModels.device(),
            1,
            new SharedLibtorch(Optional.of(models.libtorch()), new OnePyTorch()));
    try (LoadedModel model = TestModels.load(engine, folder, 1)) {
      GoldenCheck.tokens(folder, model);
      GoldenCheck.alone(folder, model);
      GoldenCheck.inCompany(folder, model);
    }
  }
}
