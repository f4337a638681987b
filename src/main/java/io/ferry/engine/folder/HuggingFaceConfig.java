package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a model's {@code config.json} says, as the transformers library writes it.
 *
 * @param architecture the first one that it names, such as {@code BertModel}
 * @param labels of {@code id2label}, in the order of the logits; empty if there are none
 * @param labelCount {@code num_labels}
 * @param problemType {@code problem_type}, such as {@code multi_label_classification}
 * @param activation what sentence-transformers' cross encoder does with the logits, such as {@code
 *     torch.nn.modules.linear.Identity}
 * @param positions the longest row that the model has positions for; empty if it does not say
 * @param vocabularySize {@code vocab_size}: token ids are below it
 * @param tokenTypes {@code type_vocab_size}: token types are below it; empty where the model has no
 *     table of them
 * @param padTokenId {@code pad_token_id}
 * @param hiddenSize of a token's vector
 */
record HuggingFaceConfig(
    Optional<String> architecture,
    List<String> labels,
    OptionalInt labelCount,
    Optional<String> problemType,
    Optional<String> activation,
    OptionalInt positions,
    int vocabularySize,
    OptionalInt tokenTypes,
    OptionalInt padTokenId,
    OptionalInt hiddenSize) {

  /** The name of the file. */
  static final String FILE = "config.json";

  private static final String MADE_BY =
      "it is the model's configuration as save_pretrained() of transformers writes it";

  /**
   * Models of these types number their positions from {@code pad_token_id} + 1, see {@code
   * create_position_ids_from_input_ids} in transformers, so they take as many tokens fewer.
   */
  private static final Set<String> POSITIONS_AFTER_PADDING =
      Set.of(
          "camembert",
          "data2vec-text",
          "esm",
          "ibert",
          "longformer",
          "luke",
          "mpnet",
          "roberta",
          "roberta-prelayernorm",
          "xlm-roberta",
          "xlm-roberta-xl",
          "xmod");

  /** What it is called by most; by DistilBERT's kin; GPT-2's; XLNet and T5; XLM's. */
  private static final List<String> HIDDEN_SIZE =
      List.of("hidden_size", "dim", "n_embd", "d_model", "emb_dim");

  /**
   * Reads the file.
   *
   * @throws ModelLoadException if it cannot be read, is not JSON, or lacks a field
   */
  static HuggingFaceConfig read(Path folder) throws ModelLoadException {
    JsonFile file = JsonFile.required(folder, FILE, MADE_BY);
    int vocabularySize = file.requiredWhole("vocab_size", 1);
    OptionalInt padTokenId = file.whole("pad_token_id", 0);
    if (padTokenId.isPresent() && padTokenId.getAsInt() >= vocabularySize) {
      throw file.flaw("pad_token_id", "an id of the vocabulary");
    }
    return new HuggingFaceConfig(
        architecture(file),
        labels(file),
        file.whole("num_labels", 1),
        file.text("problem_type"),
        activation(file),
        positions(file, padTokenId),
        vocabularySize,
        tokenTypes(file),
        padTokenId,
        hiddenSize(file));
  }

  private static Optional<String> architecture(JsonFile file) {
    JsonNode first = file.root().path("architectures").path(0);
    return first.isTextual() ? Optional.of(first.asText()) : Optional.empty();
  }

  private static List<String> labels(JsonFile file) throws ModelLoadException {
    JsonNode byId = file.root().path("id2label");
    List<String> labels = new ArrayList<>();
    for (int id = 0; id < byId.size(); id++) {
      JsonNode label = byId.path(Integer.toString(id));
      if (!label.isTextual()) {
        throw new ModelLoadException("config.json: id2label has no label for \"" + id + "\"");
      }
      labels.add(label.asText());
    }
    return List.copyOf(labels);
  }

  /** Newer cross encoders keep it in a section of their own, older ones in a field. */
  private static Optional<String> activation(JsonFile file) {
    JsonNode newer = file.root().path("sentence_transformers").path("activation_fn");
    JsonNode older = file.root().path("sbert_ce_default_activation_function");
    return Stream.of(newer, older).filter(JsonNode::isTextual).map(JsonNode::asText).findFirst();
  }

  /** The labels of a classifier: transformers does not write down those that it makes itself. */
  List<String> classifierLabels() {
    return labels.isEmpty()
        ? IntStream.range(0, labelCount.orElse(2)).mapToObj(label -> "LABEL_" + label).toList()
        : labels;
  }

  private static OptionalInt positions(JsonFile file, OptionalInt padTokenId)
      throws ModelLoadException {
    OptionalInt usual = file.whole("max_position_embeddings", 1);
    OptionalInt positions = usual.isPresent() ? usual : file.whole("n_positions", 1);
    if (positions.isEmpty()
        || !POSITIONS_AFTER_PADDING.contains(file.text("model_type").orElse(""))) {
      return positions;
    }
    int taken = padTokenId.orElse(1) + 1;
    if (positions.getAsInt() <= taken) {
      throw file.flaw("max_position_embeddings", "more than pad_token_id + 1");
    }
    return OptionalInt.of(positions.getAsInt() - taken);
  }

  /** Some have none and say 0, such as DeBERTa; some do not say, such as XLNet. */
  private static OptionalInt tokenTypes(JsonFile file) throws ModelLoadException {
    OptionalInt types = file.whole("type_vocab_size", 0);
    return types.orElse(0) == 0 ? OptionalInt.empty() : types;
  }

  private static OptionalInt hiddenSize(JsonFile file) throws ModelLoadException {
    for (String name : HIDDEN_SIZE) {
      OptionalInt size = file.whole(name, 1);
      if (size.isPresent()) {
        return size;
      }
    }
    return OptionalInt.empty();
  }
}
