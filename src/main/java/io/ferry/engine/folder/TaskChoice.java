package io.ferry.engine.folder;

import io.ferry.model.Activation;
import io.ferry.model.Classify;
import io.ferry.model.DenseLayer;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Pooling;
import io.ferry.model.Rerank;
import io.ferry.model.Task;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the numbers of a model with a tokenizer mean. What an operator set counts most, then what
 * the manifest says, then what the model's own files tell.
 */
final class TaskChoice {

  private static final List<String> GENERATES =
      List.of("ForCausalLM", "ForConditionalGeneration", "LMHeadModel");

  private final HuggingFaceConfig config;
  private final Optional<SentenceModules> modules;
  private final FolderOptions options;

  private TaskChoice(
      HuggingFaceConfig config, Optional<SentenceModules> modules, FolderOptions options) {
    this.config = config;
    this.modules = modules;
    this.options = options;
  }

  static Task of(
      HuggingFaceConfig config,
      Optional<SentenceModules> modules,
      Manifest manifest,
      FolderOptions options)
      throws ModelLoadException {
    TaskChoice choice = new TaskChoice(config, modules, options);
    Optional<String> written = manifest.task();
    Optional<String> said = options.task().or(() -> written);
    return choice.named(said.isPresent() ? said.get() : choice.detected());
  }

  private Task named(String name) throws ModelLoadException {
    return switch (name) {
      case "embed" -> embed();
      case "embed-all" -> new EmbedAll(hiddenSize());
      case "classify" -> classify();
      case "rerank" ->
          new Rerank(config.identityActivation() ? Activation.NONE : Activation.SIGMOID);
      default ->
          throw new ModelLoadException(
              "the task %s is none that a model with a tokenizer can have; set ferry.task to one of %s"
                  .formatted(name, FolderOptions.TASKS));
    };
  }

  private String detected() throws ModelLoadException {
    if (modules.flatMap(SentenceModules::pooling).isPresent()) {
      return "embed";
    }
    String architecture = config.architecture().orElse("");
    if (GENERATES.stream().anyMatch(architecture::endsWith)) {
      throw new ModelLoadException(
          "%s generates text; Ferry serves models that answer in a single pass (embeddings, classifiers, rerankers)"
              .formatted(architecture));
    }
    boolean classifies =
        architecture.isEmpty()
            ? !config.labels().isEmpty()
            : architecture.endsWith("ForSequenceClassification");
    if (classifies) {
      boolean regression = config.problemType().filter("regression"::equals).isPresent();
      return config.labels().size() == 1 && !regression ? "rerank" : "classify";
    }
    if (Stream.of("ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice")
        .anyMatch(architecture::endsWith)) {
      throw new ModelLoadException(
          "%s is of a kind that Ferry does not serve as it is; with ferry.task=embed-all it answers with the numbers of each token"
              .formatted(architecture));
    }
    return "embed";
  }

  private Task classify() throws ModelLoadException {
    if (config.labels().isEmpty()) {
      throw new ModelLoadException("config.json has no id2label, so the model is no classifier");
    }
    Activation activation =
        switch (config.problemType().orElse("")) {
          case "multi_label_classification" -> Activation.SIGMOID;
          case "regression" -> Activation.NONE;
          default -> Activation.SOFTMAX;
        };
    return new Classify(config.labels(), activation);
  }

  private Task embed() throws ModelLoadException {
    Optional<Pooling> set =
        options.pooling().map(name -> Pooling.valueOf(name.toUpperCase(Locale.ROOT)));
    // Without a word about it sentence-transformers takes the mean, too.
    Pooling pooling = set.or(() -> modules.flatMap(SentenceModules::pooling)).orElse(Pooling.MEAN);
    List<DenseLayer> layers = modules.map(SentenceModules::layers).orElse(List.of());
    int dimensions = layers.isEmpty() ? hiddenSize() : layers.getLast().outputs();
    return new Embed(
        pooling, layers, modules.map(SentenceModules::normalized).orElse(false), dimensions);
  }

  private int hiddenSize() throws ModelLoadException {
    if (config.hiddenSize().isEmpty()) {
      throw new ModelLoadException("config.json: hidden_size must be a whole number from 1");
    }
    return config.hiddenSize().getAsInt();
  }
}
