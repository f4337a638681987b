package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Pooling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A Pooling module of sentence-transformers.
 *
 * @param pooling makes one vector of the tokens'
 * @param includesPrompt whether the tokens of a prompt are pooled, too
 * @param hiddenSize of the vectors that are pooled, if it says
 */
record PoolingModule(Pooling pooling, boolean includesPrompt, OptionalInt hiddenSize) {

  private static final Map<String, Pooling> POOLINGS =
      Map.of(
          "cls", Pooling.CLS,
          "mean", Pooling.MEAN,
          "max", Pooling.MAX,
          "lasttoken", Pooling.LAST);

  /** Older files have a flag for each; where there is the newer field they do not count. */
  private static final Map<String, String> FLAGS =
      Map.of(
          "pooling_mode_cls_token", "cls",
          "pooling_mode_mean_tokens", "mean",
          "pooling_mode_max_tokens", "max",
          "pooling_mode_lasttoken", "lasttoken",
          "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
          "pooling_mode_weightedmean_tokens", "weightedmean");

  static PoolingModule read(JsonFile config) throws ModelLoadException {
    OptionalInt size = config.whole("embedding_dimension", 1);
    return new PoolingModule(
        pooling(config),
        !config.root().has("include_prompt") || config.flag("include_prompt"),
        size.isPresent() ? size : config.whole("word_embedding_dimension", 1));
  }

  private static Pooling pooling(JsonFile config) throws ModelLoadException {
    List<String> modes = modes(config);
    Pooling pooling = modes.size() == 1 ? POOLINGS.get(modes.getFirst()) : null;
    if (pooling == null) {
      throw new ModelLoadException(
          "%s pools by %s; Ferry has one of cls, mean, max or lasttoken: export with --pooled, which puts it into the file"
              .formatted(config.name(), String.join(" and ", modes)));
    }
    return pooling;
  }

  private static List<String> modes(JsonFile config) throws ModelLoadException {
    List<String> modes = new ArrayList<>();
    JsonNode written = config.root().path("pooling_mode");
    if (written.isArray()) {
      written.forEach(mode -> modes.add(mode.asText()));
    } else {
      modes.addAll(config.text("pooling_mode").stream().toList());
    }
    if (modes.isEmpty()) {
      for (Map.Entry<String, String> flag : FLAGS.entrySet()) {
        if (config.flag(flag.getKey())) {
          modes.add(flag.getValue());
        }
      }
    }
    return modes.isEmpty() ? List.of("mean") : modes;
  }
}
