package io.ferry.openinference;

import io.ferry.inference.Input;
import io.ferry.inference.Tensor;
import io.ferry.model.Classify;
import io.ferry.model.Embed;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.RequestLimits;
import io.ferry.model.Rerank;
import io.ferry.model.Tensors;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a request's inputs are as rows of the model that it is for. Besides what {@link
 * ModelMetadata} lists,
 *
 * <ul>
 *   <li>a classifier takes {@code text_pair} BYTES [-1] beside {@code text};
 *   <li>a model with a tokenizer takes {@code input_ids} INT64 [-1, -1] in place of texts, with
 *       {@code attention_mask} and {@code token_type_ids} of the same shape, see {@link TokenRows};
 *   <li>texts may have the shape [-1, 1], as Triton's string tensors often have.
 * </ul>
 */
public final class InferRows {

  private final ModelSpec model;
  private final RequestLimits limits;
  private final Map<String, WireTensor> inputs;

  private InferRows(ModelSpec model, RequestLimits limits, Map<String, WireTensor> inputs) {
    this.model = model;
    this.limits = limits;
    this.inputs = inputs;
  }

  /**
   * The rows. Numbers are views of the request's data, not copies.
   *
   * @throws UnfitException if the model does not take these inputs, has not the outputs that are
   *     asked for, or the rows are too many
   */
  public static List<Input> of(InferRequest request, ModelSpec model, RequestLimits limits)
      throws UnfitException {
    Map<String, WireTensor> inputs = new LinkedHashMap<>();
    for (WireTensor input : request.inputs()) {
      if (inputs.put(input.name(), input) != null) {
        throw new UnfitException(
            "input \"%s\" is there twice".formatted(Quotation.clip(input.name())));
      }
    }
    InferOutputs.check(request.outputs(), model);
    return new InferRows(model, limits, inputs).rows();
  }

  private List<Input> rows() throws UnfitException {
    return switch (model.task()) {
      case Classify classify -> tokensOr(this::textsOrPairs);
      case Embed embed -> tokensOr(this::texts);
      case EmbedAll embedAll -> tokensOr(this::texts);
      case Rerank rerank -> tokensOr(() -> pairs(ModelMetadata.QUERY, ModelMetadata.TEXT));
      case Tensors() -> textsAlone() ? texts() : tensors();
    };
  }

  /** For a model that takes texts and gives numbers; the encoder of another says what it takes. */
  private boolean textsAlone() {
    return inputs.keySet().equals(Set.of(ModelMetadata.TEXT))
        && model.signature().inputs().stream()
            .noneMatch(it -> it.name().equals(ModelMetadata.TEXT));
  }

  @FunctionalInterface
  private interface Reading {
    List<Input> rows() throws UnfitException;
  }

  private List<Input> tokensOr(Reading texts) throws UnfitException {
    if (!inputs.containsKey(ModelMetadata.INPUT_IDS)) {
      return texts.rows();
    }
    only(ModelMetadata.INPUT_IDS, ModelMetadata.ATTENTION_MASK, ModelMetadata.TOKEN_TYPE_IDS);
    return TokenRows.of(inputs, limits);
  }

  // ---- texts

  private List<Input> texts() throws UnfitException {
    only(ModelMetadata.TEXT);
    List<Input> rows = new ArrayList<>();
    for (String text : strings(ModelMetadata.TEXT)) {
      rows.add(new Input.Text(text));
    }
    return rows;
  }

  private List<Input> textsOrPairs() throws UnfitException {
    return inputs.containsKey(ModelMetadata.TEXT_PAIR)
        ? pairs(ModelMetadata.TEXT, ModelMetadata.TEXT_PAIR)
        : texts();
  }

  private List<Input> pairs(String first, String second) throws UnfitException {
    only(first, second);
    List<String> firsts = strings(first);
    List<String> seconds = strings(second);
    sameRows(first, firsts.size(), second, seconds.size());
    List<Input> rows = new ArrayList<>(firsts.size());
    for (int row = 0; row < firsts.size(); row++) {
      rows.add(new Input.Pair(firsts.get(row), seconds.get(row)));
    }
    return rows;
  }

  private List<String> strings(String name) throws UnfitException {
    WireTensor input = input(name);
    int[] shape = input.shape();
    if (!(input instanceof WireTensor.Bytes bytes)) {
      throw wrongDatatype(input, WireTensor.BYTES);
    }
    if (shape.length != 1 && !(shape.length == 2 && shape[1] == 1)) {
      throw wrongShape(input, List.of(-1));
    }
    allowed(shape[0], limits);
    List<String> strings = new ArrayList<>(shape[0]);
    for (byte[] value : bytes.values()) {
      try {
        strings.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
      } catch (CharacterCodingException notUtf8) {
        throw new UnfitException(
            "input \"%s\": value %d is no text in UTF-8".formatted(name, strings.size()));
      }
    }
    return strings;
  }

  // ---- numbers

  private List<Input> tensors() throws UnfitException {
    List<TensorMetadata> specs = ModelMetadata.of(model).inputs();
    only(specs.stream().map(TensorMetadata::name).toArray(String[]::new));
    List<Tensor> columns = new ArrayList<>(specs.size());
    for (TensorMetadata spec : specs) {
      WireTensor input = input(spec.name());
      if (!(input instanceof WireTensor.Numbers(var name, Tensor tensor))
          || !input.datatype().equals(spec.datatype())) {
        throw wrongDatatype(input, spec.datatype());
      }
      fits(input, spec.shape());
      columns.add(tensor);
      sameRows(
          specs.getFirst().name(), columns.getFirst().shape()[0], spec.name(), tensor.shape()[0]);
    }
    int rows = columns.getFirst().shape()[0];
    allowed(rows, limits);
    List<Input> inputs = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      List<Input.Named> tensors = new ArrayList<>(specs.size());
      for (int column = 0; column < specs.size(); column++) {
        tensors.add(new Input.Named(specs.get(column).name(), row(columns.get(column), row)));
      }
      inputs.add(new Input.Tensors(tensors));
    }
    return inputs;
  }

  private static Tensor row(Tensor batch, int row) {
    int bytes = batch.data().remaining() / batch.shape()[0];
    return new Tensor(
        batch.datatype(),
        Arrays.copyOfRange(batch.shape(), 1, batch.shape().length),
        batch.data().slice(row * bytes, bytes));
  }

  private static void fits(WireTensor input, List<Integer> shape) throws UnfitException {
    int[] given = input.shape();
    boolean fits = given.length == shape.size();
    for (int axis = 1; fits && axis < given.length; axis++) {
      fits = given[axis] > 0 && (shape.get(axis) == -1 || shape.get(axis) == given[axis]);
    }
    if (!fits) {
      throw wrongShape(input, shape);
    }
  }

  // ---- what is wrong

  private WireTensor input(String name) throws UnfitException {
    WireTensor input = inputs.get(name);
    if (input == null) {
      throw new UnfitException(
          "input \"%s\" is missing; %s".formatted(Quotation.clip(name), takes()));
    }
    return input;
  }

  private void only(String... names) throws UnfitException {
    for (String name : inputs.keySet()) {
      if (!List.of(names).contains(name)) {
        throw new UnfitException(
            "the model takes no input \"%s\" here; %s".formatted(Quotation.clip(name), takes()));
      }
    }
  }

  private String takes() {
    return ModelMetadata.of(model).inputs().stream()
        .map(it -> "%s %s %s".formatted(Quotation.clip(it.name()), it.datatype(), it.shape()))
        .collect(Collectors.joining(", ", "model \"" + model.name() + "\" takes ", ""));
  }

  /** A row takes hundreds of bytes, and its data may be one: too many are refused unmade. */
  static void allowed(int rows, RequestLimits limits) throws UnfitException {
    Optional<String> tooMany = limits.tooManyRows(rows);
    if (tooMany.isPresent()) {
      throw new UnfitException(tooMany.get());
    }
  }

  static UnfitException wrongDatatype(WireTensor input, String expected) {
    return new UnfitException(
        "input \"%s\" is %s, the model takes %s"
            .formatted(Quotation.clip(input.name()), input.datatype(), expected));
  }

  static UnfitException wrongShape(WireTensor input, List<Integer> expected) {
    return new UnfitException(
        "input \"%s\" has the shape %s, the model takes %s"
            .formatted(Quotation.clip(input.name()), Arrays.toString(input.shape()), expected));
  }

  private static void sameRows(String first, int firstRows, String second, int secondRows)
      throws UnfitException {
    if (firstRows != secondRows) {
      throw new UnfitException(
          "input \"%s\" has %d rows, input \"%s\" %d; all inputs need as many"
              .formatted(Quotation.clip(first), firstRows, Quotation.clip(second), secondRows));
    }
  }
}
