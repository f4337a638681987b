package io.ferry.engine.folder;

import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSource;
import java.util.List;
import java.util.Optional;

/**
 * The model that is part of the application, alone.
 *
 * @param loader loads it from where it is unpacked to
 * @param options what the operator says of it
 */
public record EmbeddedSource(FolderLoader loader, FolderOptions options) implements ModelSource {

  @Override
  public List<Available> list() {
    return List.of(
        new Available(EmbeddedModel.NAME, List.of(new Version("1", 0)), Optional.empty()));
  }

  @Override
  public LoadedModel load(String name, String version) throws ModelLoadException {
    try (EmbeddedModel model = EmbeddedModel.unpack()) {
      return loader.load(name, version, model.folder(), options);
    }
  }
}
