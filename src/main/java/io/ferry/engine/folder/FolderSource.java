package io.ferry.engine.folder;

import io.ferry.model.LoadedModel;
import io.ferry.model.ModelLoadException;
import io.ferry.model.ModelSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;

/** The models of a folder of model folders. */
public final class FolderSource implements ModelSource {

  private final ModelFolders folders;
  private final FolderLoader loader;
  private final Function<String, FolderOptions> options;

  /**
   * A source.
   *
   * @param options what the operator says of a model, by its name
   */
  public FolderSource(
      ModelFolders folders, FolderLoader loader, Function<String, FolderOptions> options) {
    this.folders = folders;
    this.loader = loader;
    this.options = options;
  }

  /**
   * The models there are now.
   *
   * @throws UncheckedIOException if the folder cannot be read
   */
  @Override
  public List<Available> list() {
    try {
      return folders.list();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public LoadedModel load(String name, String version) throws ModelLoadException {
    return loader.load(name, version, folders.folder(name, version), options.apply(name));
  }
}
