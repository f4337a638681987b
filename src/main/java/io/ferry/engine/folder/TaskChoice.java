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
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * What the numbers of a model with a tokenizer mean. What an operator set counts most, then what
 * the manifest says, then what the model's own files tell.
 */
final class TaskChoice {

  private static final List<String> GENERATES =
      List.of("ForCausalLM", "ForConditionalGeneration", "LMHeadModel");

  private final HuggingFaceConfig config;
  private final SentenceConfig library;
  private final Optional<SentenceModules> modules;
  private final OptionalInt pooledDimensions;
  private final FolderOptions options;

  private TaskChoice(
      HuggingFaceConfig config,
      SentenceConfig library,
      Optional<SentenceModules> modules,
      OptionalInt pooledDimensions,
      FolderOptions options) {
    this.config = config;
    this.library = library;
    this.modules = modules;
    this.pooledDimensions = pooledDimensions;
    this.options = options;
  }

  /**
   * The task of a model.
   *
   * @param modules what is applied to the file's outputs, if anything
   * @param pooledDimensions of the vector of a file that pools by itself
   * @param written what the manifest says
   */
  static Task of(
      HuggingFaceConfig config,
      SentenceConfig library,
      Optional<SentenceModules> modules,
      OptionalInt pooledDimensions,
      Optional<String> written,
      FolderOptions options)
      throws ModelLoadException {
    TaskChoice choice = new TaskChoice(config, library, modules, pooledDimensions, options);
    Optional<String> said = options.task().or(() -> written);
    return choice.named(said.isPresent() ? said.get() : choice.detected());
  }

  private Task named(String name) throws ModelLoadException {
    return switch (name) {
      case "embed" -> embed();
      case "embed-all" -> new EmbedAll(hiddenSize());
      case "classify" -> classify();
      case "rerank" -> rerank();
      default ->
          throw new ModelLoadException(
              "the task %s is none that a model with a tokenizer can have; set ferry.task to one of %s"
                  .formatted(name, FolderOptions.TASKS));
    };
  }

  private String detected() throws ModelLoadException {
    if (pooledDimensions.isPresent() || modules.flatMap(SentenceModules::pooling).isPresent()) {
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
      return config.classifierLabels().size() == 1 && !regression ? "rerank" : "classify";
    }
    if (Stream.of("ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice")
        .anyMatch(architecture::endsWith)) {
      throw new ModelLoadException(
          "%s is of a kind that Ferry does not serve as it is; with ferry.task=embed-all it answers with the numbers of each token"
              .formatted(architecture));
    }
    return "embed";
  }

  private Task classify() {
    List<String> labels = config.classifierLabels();
    Activation activation =
        switch (config.problemType().orElse("")) {
          case "multi_label_classification" -> Activation.SIGMOID;
          case "regression" -> Activation.NONE;
          // Of one number the softmax is 1, whatever it is.
          default -> labels.size() == 1 ? Activation.SIGMOID : Activation.SOFTMAX;
        };
    return new Classify(labels, activation);
  }

  /** Without a word about it sentence-transformers takes the sigmoid. */
  private Task rerank() throws ModelLoadException {
    String function =
        library.activation().or(config::activation).orElse("torch.nn.modules.activation.Sigmoid");
    return switch (function.startsWith("torch.")
        ? function.substring(function.lastIndexOf('.') + 1)
        : function) {
      case "Identity" -> new Rerank(Activation.NONE);
      case "Sigmoid" -> new Rerank(Activation.SIGMOID);
      default ->
          throw new ModelLoadException(
              "the cross encoder has the activation %s; Ferry has PyTorch's Sigmoid and Identity"
                  .formatted(function));
    };
  }

  private Task embed() throws ModelLoadException {
    if (pooledDimensions.isPresent()) {
      return new Embed(Pooling.MEAN, List.of(), false, pooledDimensions.getAsInt());
    }
    Optional<Pooling> set =
        options.pooling().map(name -> Pooling.valueOf(name.toUpperCase(Locale.ROOT)));
    Optional<Pooling> read = modules.flatMap(SentenceModules::pooling);
    if (modules.isPresent() && set.isEmpty() && read.isEmpty()) {
      throw new ModelLoadException(
          "modules.json has no Pooling, so nothing says how a text becomes one vector; set ferry.pooling, or export with --pooled");
    }
    // Without modules sentence-transformers takes the mean, too.
    Pooling pooling = set.or(() -> read).orElse(Pooling.MEAN);
    List<DenseLayer> layers = modules.map(SentenceModules::layers).orElse(List.of());
    int dimensions = layers.isEmpty() ? hiddenSize() : layers.getLast().outputs();
    return new Embed(
        pooling, layers, modules.map(SentenceModules::normalized).orElse(false), dimensions);
  }

  private int hiddenSize() throws ModelLoadException {
    OptionalInt pooled = modules.map(SentenceModules::hiddenSize).orElse(OptionalInt.empty());
    OptionalInt size = config.hiddenSize().isPresent() ? config.hiddenSize() : pooled;
    if (size.isEmpty()) {
      throw new ModelLoadException("config.json: hidden_size must be a whole number from 1");
    }
    return size.getAsInt();
  }
}
