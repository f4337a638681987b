package io.ferry.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.Input;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.Rerank;
import io.ferry.model.TensorSpec;
import io.ferry.model.Tensors;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stands in the field {@code input}, as the model's task reads it.
 *
 * @param rows to be run
 * @param list whether they came as a list, so that the answer is one, too
 */
record ProcessInput(List<Input> rows, boolean list) {

  private static final String ROOT = "input";
  private static final Set<String> PAIR = Set.of("text", "text_pair");
  private static final Set<String> RANKING = Set.of("query", "texts");

  /**
   * Reads the rows.
   *
   * @throws MalformedException if something is of a wrong type or missing
   * @throws UnfitException if it is what another model takes, or has a shape that this one does not
   *     take
   */
  static ProcessInput read(JsonNode input, ModelSpec model)
      throws MalformedException, UnfitException {
    return switch (model.task()) {
      case Classify classify -> texts(input, model);
      case Embed embed -> texts(input, model);
      case EmbedAll embedAll -> texts(input, model);
      case Rerank rerank -> ranking(input, model);
      case Tensors() ->
          // A model that takes texts and gives numbers, or else its encoder says what it takes.
          input.isTextual() || input.path(0).isTextual()
              ? texts(input, model)
              : tensors(input, model);
    };
  }

  // ---- texts and pairs

  private static ProcessInput texts(JsonNode input, ModelSpec model)
      throws MalformedException, UnfitException {
    if (!input.isArray()) {
      return new ProcessInput(List.of(text(input, model, "a text or a list of texts", "")), false);
    }
    List<Input> rows = new ArrayList<>(input.size());
    for (JsonNode row : input) {
      rows.add(text(row, model, "a text", "[" + rows.size() + "]"));
    }
    return new ProcessInput(rows, true);
  }

  private static Input text(JsonNode row, ModelSpec model, String expected, String index)
      throws MalformedException, UnfitException {
    if (row.isTextual()) {
      return new Input.Text(row.textValue());
    }
    Set<String> names = names(row);
    if (names.equals(PAIR) && model.task() instanceof Classify) {
      return new Input.Pair(text(row, "text", index), text(row, "text_pair", index));
    }
    if (names.equals(PAIR) || names.equals(RANKING)) {
      throw new UnfitException(TaskForm.takes(model));
    }
    throw new MalformedException(
        "\"%s\"%s must be %s, not %s".formatted(ROOT, index, expected, Json.kind(row)));
  }

  private static String text(JsonNode object, String name, String index) throws MalformedException {
    JsonNode text = object.path(name);
    if (!text.isTextual()) {
      throw new MalformedException(
          "\"%s\"%s.%s must be a text, not %s".formatted(ROOT, index, name, Json.kind(text)));
    }
    return text.textValue();
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  // ---- a query and texts

  private static ProcessInput ranking(JsonNode input, ModelSpec model)
      throws MalformedException, UnfitException {
    if (input.isTextual() || input.isArray() || names(input).equals(PAIR)) {
      throw new UnfitException(TaskForm.takes(model));
    }
    if (!names(input).equals(RANKING)) {
      throw new MalformedException(
          "\"%s\" must be an object of \"query\" and \"texts\", and of nothing else"
              .formatted(ROOT));
    }
    String query = text(input, "query", "");
    JsonNode texts = input.path("texts");
    if (!texts.isArray()) {
      throw new MalformedException(
          "\"%s\".texts must be a list of texts, not %s".formatted(ROOT, Json.kind(texts)));
    }
    List<Input> rows = new ArrayList<>(texts.size());
    for (JsonNode text : texts) {
      if (!text.isTextual()) {
        throw new MalformedException(
            "\"%s\".texts[%d] must be a text, not %s"
                .formatted(ROOT, rows.size(), Json.kind(text)));
      }
      rows.add(new Input.Pair(query, text.textValue()));
    }
    return new ProcessInput(rows, true);
  }

  // ---- numbers

  /** What stands for one of the model's inputs. */
  private record Column(String name, TensorJson.Rows rows) {
    int size() {
      return rows.tensors().size();
    }

    String amount() {
      return rows.list() ? "a list of %d rows".formatted(size()) : "one row";
    }
  }

  private static ProcessInput tensors(JsonNode input, ModelSpec model)
      throws MalformedException, UnfitException {
    List<TensorSpec> specs = model.signature().inputs();
    if (!input.isObject() && specs.size() == 1) {
      TensorSpec only = specs.getFirst();
      return rows(List.of(new Column(only.name(), TensorJson.read(only, input, ROOT))));
    }
    if (!names(input).equals(new TreeSet<>(specs.stream().map(TensorSpec::name).toList()))) {
      throw new UnfitException(TaskForm.takes(model));
    }
    List<Column> columns = new ArrayList<>(specs.size());
    for (TensorSpec spec : specs) {
      String place = ROOT + "." + Quotation.clip(spec.name());
      columns.add(new Column(spec.name(), TensorJson.read(spec, input.path(spec.name()), place)));
    }
    return rows(columns);
  }

  private static ProcessInput rows(List<Column> columns) throws UnfitException {
    Column first = columns.getFirst();
    for (Column column : columns) {
      if (column.rows().list() != first.rows().list() || column.size() != first.size()) {
        throw new UnfitException(
            "%s.%s is %s, %s.%s %s; the inputs must have the same number of rows"
                .formatted(
                    ROOT, first.name(), first.amount(), ROOT, column.name(), column.amount()));
      }
    }
    List<Input> rows = new ArrayList<>(first.size());
    for (int i = 0; i < first.size(); i++) {
      int row = i;
      rows.add(
          new Input.Tensors(
              columns.stream()
                  .map(it -> new Input.Named(it.name(), it.rows().tensors().get(row)))
                  .toList()));
    }
    return new ProcessInput(rows, first.rows().list());
  }
}
