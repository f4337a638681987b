package io.ferry.engine.folder;

import io.ferry.engine.RowLayout;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * All that the files of a model with a tokenizer say.
 *
 * @param task what its numbers mean
 * @param layout how its rows are padded
 * @param maxTokens the longest row
 * @param vocabularySize token ids are below it
 * @param tokenTypes token types are below it; empty if the model has no table of them
 * @param prompts what is put before texts
 * @param lowerCase whether texts are made lower case before they are tokenized
 * @param truncationSide where a text that is too long is cut
 */
record TextModel(
    Task task,
    RowLayout.Tokens layout,
    int maxTokens,
    int vocabularySize,
    OptionalInt tokenTypes,
    SentencePrompts prompts,
    boolean lowerCase,
    Truncation truncationSide) {

  /** What transformers assumes of a tokenizer without a limit. */
  private static final int USUAL_LIMIT = 512;

  /**
   * Reads a folder.
   *
   * @param file that will run, such as {@code model.onnx}
   */
  static TextModel read(Path folder, Manifest manifest, String file, FolderOptions options)
      throws ModelLoadException {
    HuggingFaceConfig config = HuggingFaceConfig.read(folder);
    TokenizerFile vocabulary = vocabulary(folder, config);
    TokenizerConfig tokenizer = TokenizerConfig.read(folder, vocabulary);
    SentenceConfig library = SentenceConfig.read(folder);
    OptionalInt pooledDimensions = manifest.pooledDimensions(file);
    // What such a file does by itself is not done again.
    Optional<SentenceModules> modules =
        pooledDimensions.isPresent() ? Optional.empty() : SentenceModules.read(folder, library);
    if (library.prompts().any() && modules.isPresent() && !modules.get().includesPrompt()) {
      throw new ModelLoadException(
          "1_Pooling/config.json leaves prompts out of pooling (include_prompt); Ferry pools all tokens");
    }
    Optional<JsonFile> sentence = JsonFile.optional(folder, "sentence_bert_config.json");
    OptionalInt sentenceLimit =
        sentence.isPresent() ? sentence.get().whole("max_seq_length", 1) : OptionalInt.empty();
    return new TextModel(
        TaskChoice.of(config, library, modules, pooledDimensions, manifest.task(), options),
        new RowLayout.Tokens(padTokenId(config, tokenizer, vocabulary)),
        Stream.of(config.positions(), tokenizer.maxTokens(), sentenceLimit)
            .flatMapToInt(OptionalInt::stream)
            .min()
            .orElse(USUAL_LIMIT),
        config.vocabularySize(),
        config.tokenTypes(),
        library.prompts(),
        sentence.isPresent() && sentence.get().flag("do_lower_case"),
        tokenizer.truncationSide());
  }

  /** The same, of a file that takes no token types: whatever they are, they do no harm. */
  TextModel untyped() {
    return new TextModel(
        task,
        layout,
        maxTokens,
        vocabularySize,
        OptionalInt.empty(),
        prompts,
        lowerCase,
        truncationSide);
  }

  private static TokenizerFile vocabulary(Path folder, HuggingFaceConfig config)
      throws ModelLoadException {
    if (!Files.isRegularFile(folder.resolve(TokenizerFile.FILE))) {
      throw new ModelLoadException(
          "the model folder has no tokenizer.json; AutoTokenizer.from_pretrained(…).save_pretrained(…) of transformers makes it. A model without a tokenizer has a signature.json instead");
    }
    TokenizerFile vocabulary = TokenizerFile.read(folder);
    if (vocabulary.largestId() >= config.vocabularySize()) {
      throw new ModelLoadException(
          "tokenizer.json has token ids up to %d, the model's vocabulary (vocab_size in config.json) has %d; they are not of one model"
              .formatted(vocabulary.largestId(), config.vocabularySize()));
    }
    return vocabulary;
  }

  private static long padTokenId(
      HuggingFaceConfig config, TokenizerConfig tokenizer, TokenizerFile vocabulary) {
    if (config.padTokenId().isPresent()) {
      return config.padTokenId().getAsInt();
    }
    // What stands where nobody looks; any id that the model knows will do.
    return tokenizer
        .padToken()
        .flatMap(token -> Optional.ofNullable(vocabulary.added().get(token)))
        .filter(id -> 0 <= id && id < config.vocabularySize())
        .orElse(0L);
  }
}
