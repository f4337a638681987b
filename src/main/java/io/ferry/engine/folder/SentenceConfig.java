package io.ferry.engine.folder;

import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code config_sentence_transformers.json}: what the library says of the model as a whole.
 *
 * @param modelType {@code model_type}: what kind of model the modules are; older files do not say
 * @param activation {@code activation_fn} of a CrossEncoder, such as {@code
 *     torch.nn.modules.linear.Identity}
 * @param prompts what is put before texts
 */
record SentenceConfig(
    Optional<String> modelType, Optional<String> activation, SentencePrompts prompts) {

  /** The name of the file. */
  static final String FILE = "config_sentence_transformers.json";

  /** A {@code model_type}: what older files are. */
  static final String EMBEDDER = "SentenceTransformer";

  /** A {@code model_type}. */
  static final String CROSS_ENCODER = "CrossEncoder";

  /** Of a model without the file. */
  static final SentenceConfig NONE =
      new SentenceConfig(Optional.empty(), Optional.empty(), SentencePrompts.NONE);

  static SentenceConfig read(Path folder) throws ModelLoadException {
    Optional<JsonFile> file = JsonFile.optional(folder, FILE);
    return file.isEmpty()
        ? NONE
        : new SentenceConfig(
            file.get().text("model_type"),
            file.get().text("activation_fn"),
            SentencePrompts.of(file.get()));
  }
}
