package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.DenseLayer;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What sentence-transformers does with the vectors of a text's tokens: {@code modules.json} and the
 * folders that it names. Ferry applies one chain: the Transformer, a Pooling, any number of Dense,
 * a Normalize. A chain of anything else, or in another order, is refused: its numbers would be
 * wrong in silence.
 *
 * @param pooling makes one vector of the tokens'; empty if the Transformer stands alone
 * @param includesPrompt whether the tokens of a prompt are pooled, too
 * @param hiddenSize of the vectors that are pooled, if the Pooling says
 * @param layers go over the vector
 * @param normalized whether it is scaled to length 1 at the end
 */
record SentenceModules(
    Optional<Pooling> pooling,
    boolean includesPrompt,
    OptionalInt hiddenSize,
    List<DenseLayer> layers,
    boolean normalized) {

  /** The name of the file. */
  static final String FILE = "modules.json";

  private static final Pattern CHAIN =
      Pattern.compile("Transformer(, Pooling(, Dense)*(, Normalize)?)?");

  private static final String LIBRARY = "sentence_transformers.";
  private static final String VECTOR = "sentence_embedding";

  /**
   * Reads them, if there are any.
   *
   * @param library what else the library says of the model
   */
  static Optional<SentenceModules> read(Path folder, SentenceConfig library)
      throws ModelLoadException {
    Optional<JsonFile> file = JsonFile.optional(folder, FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    checkChain(file.get().root(), library);
    Optional<PoolingModule> pooling = Optional.empty();
    List<DenseLayer> layers = new ArrayList<>();
    boolean normalized = false;
    for (JsonNode module : file.get().root()) {
      String path = module.path("path").asText();
      if (path.startsWith("/") || path.contains("..")) {
        throw file.get().flaw("path", "a folder inside the model's folder");
      }
      switch (kind(module)) {
        case "Pooling" -> pooling = Optional.of(PoolingModule.read(required(folder, path)));
        case "Dense" -> {
          JsonFile config = required(folder, path);
          checkNames(config);
          layers.add(DenseModule.read(folder, path, config));
        }
        case "Normalize" -> {
          Optional<JsonFile> config = JsonFile.optional(folder, path + "/config.json");
          if (config.isPresent()) {
            checkNames(config.get());
          }
          normalized = true;
        }
        // The Transformer is the model itself.
        default -> {}
      }
    }
    return Optional.of(
        new SentenceModules(
            pooling.map(PoolingModule::pooling),
            pooling.map(PoolingModule::includesPrompt).orElse(true),
            pooling.map(PoolingModule::hiddenSize).orElse(OptionalInt.empty()),
            List.copyOf(layers),
            normalized));
  }

  private static void checkChain(JsonNode modules, SentenceConfig library)
      throws ModelLoadException {
    List<String> kinds = new ArrayList<>();
    for (JsonNode module : modules) {
      kinds.add(kind(module));
    }
    String chain = String.join(", ", kinds);
    if (!CHAIN.matcher(chain).matches()) {
      throw new ModelLoadException(
          "modules.json lists %s; Ferry applies Transformer, Pooling, then any Dense, then Normalize, in this order: export with --pooled, which puts them all into the file"
              .formatted(kinds.isEmpty() ? "nothing" : chain));
    }
    String made = library.modelType().orElse(SentenceConfig.EMBEDDER);
    boolean served =
        made.equals(SentenceConfig.EMBEDDER)
            || (made.equals(SentenceConfig.CROSS_ENCODER) && kinds.size() == 1);
    if (!served) {
      throw new ModelLoadException(
          "%s says that the modules %s are a %s; Ferry serves a SentenceTransformer, or a CrossEncoder that is a Transformer alone"
              .formatted(SentenceConfig.FILE, chain, made));
    }
  }

  /** The same in old and new files: the packages inside the library have changed. */
  private static String kind(JsonNode module) throws ModelLoadException {
    String type = module.path("type").asText();
    String kind = type.substring(type.lastIndexOf('.') + 1);
    if (!type.startsWith(LIBRARY)
        || !List.of("Transformer", "Pooling", "Dense", "Normalize").contains(kind)) {
      throw new ModelLoadException(
          "modules.json names a module %s; Ferry has Transformer, Pooling, Dense and Normalize of sentence-transformers: export with --pooled, which puts them all into the file"
              .formatted(type));
    }
    return kind;
  }

  private static JsonFile required(Path folder, String path) throws ModelLoadException {
    return JsonFile.required(
        folder, path + "/config.json", "modules.json names it; copy the model's folder whole");
  }

  /** Modules can read and write other things than the vector, such as the tokens' vectors. */
  private static void checkNames(JsonFile config) throws ModelLoadException {
    for (String field : List.of("module_input_name", "module_output_name")) {
      String name = config.text(field).orElse(VECTOR);
      if (!name.equals(VECTOR)) {
        throw new ModelLoadException(
            "%s has the %s %s; Ferry applies it to %s: export with --pooled"
                .formatted(config.name(), field, name, VECTOR));
      }
    }
  }
}
