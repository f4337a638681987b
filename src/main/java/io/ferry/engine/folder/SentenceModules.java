package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.DenseLayer;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What sentence-transformers does with the vectors of a text's tokens: {@code modules.json} and the
 * folders that it names. Modules are told by the last part of their type, which is the same in old
 * and new files.
 *
 * @param pooling makes one vector of the tokens'; empty if the modules have none
 * @param includesPrompt whether the tokens of a prompt are pooled, too
 * @param layers go over the vector
 * @param normalized whether it is scaled to length 1 at the end
 */
record SentenceModules(
    Optional<Pooling> pooling,
    boolean includesPrompt,
    List<DenseLayer> layers,
    boolean normalized) {

  /** The name of the file. */
  static final String FILE = "modules.json";

  private static final Map<String, Pooling> POOLINGS =
      Map.of(
          "cls", Pooling.CLS,
          "mean", Pooling.MEAN,
          "max", Pooling.MAX,
          "lasttoken", Pooling.LAST);

  /** Older files have a flag for each. */
  private static final Map<String, String> FLAGS =
      Map.of(
          "pooling_mode_cls_token", "cls",
          "pooling_mode_mean_tokens", "mean",
          "pooling_mode_max_tokens", "max",
          "pooling_mode_lasttoken", "lasttoken",
          "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
          "pooling_mode_weightedmean_tokens", "weightedmean");

  /** Reads them, if there are any. */
  static Optional<SentenceModules> read(Path folder) throws ModelLoadException {
    Optional<JsonFile> file = JsonFile.optional(folder, FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Optional<Pooling> pooling = Optional.empty();
    boolean includesPrompt = true;
    List<DenseLayer> layers = new ArrayList<>();
    boolean normalized = false;
    for (JsonNode module : file.get().root()) {
      String type = module.path("type").asText();
      String path = module.path("path").asText();
      if (path.startsWith("/") || path.contains("..")) {
        throw file.get().flaw("path", "a folder inside the model's folder");
      }
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> {}
        case "Pooling" -> {
          JsonFile config = config(folder, path);
          pooling = Optional.of(pooling(config));
          includesPrompt = !config.root().has("include_prompt") || config.flag("include_prompt");
        }
        case "Dense" -> layers.add(DenseModule.read(folder, path, config(folder, path)));
        case "Normalize" -> normalized = true;
        default ->
            throw new ModelLoadException(
                "modules.json names a module %s; Ferry has Transformer, Pooling, Dense and Normalize"
                    .formatted(type));
      }
    }
    return Optional.of(
        new SentenceModules(pooling, includesPrompt, List.copyOf(layers), normalized));
  }

  private static JsonFile config(Path folder, String path) throws ModelLoadException {
    return JsonFile.required(
        folder, path + "/config.json", "modules.json names it; copy the model's folder whole");
  }

  private static Pooling pooling(JsonFile config) throws ModelLoadException {
    List<String> modes = new ArrayList<>(config.text("pooling_mode").stream().toList());
    for (Map.Entry<String, String> flag : FLAGS.entrySet()) {
      if (config.flag(flag.getKey())) {
        modes.add(flag.getValue());
      }
    }
    Pooling pooling = modes.size() == 1 ? POOLINGS.get(modes.getFirst()) : null;
    if (pooling == null) {
      throw new ModelLoadException(
          "%s pools by %s; Ferry has one of cls, mean, max or lasttoken"
              .formatted(config.name(), modes.isEmpty() ? "nothing" : String.join(" and ", modes)));
    }
    return pooling;
  }
}
