package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.Datatype;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Signature;
import io.ferry.model.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code signature.json}: the inputs and outputs of a model without a tokenizer, each with name,
 * datatype and shape as the Open Inference Protocol writes them. An input can have an "example",
 * the shape of a row that the model takes, where lengths vary.
 *
 * @param signature what it says
 * @param examples of each input the shape of a row; without a word about it 1 where a length varies
 */
record SignatureFile(Signature signature, List<List<Integer>> examples) {

  /** The name of the file. */
  static final String FILE = "signature.json";

  static Optional<SignatureFile> read(Path folder) throws ModelLoadException {
    Optional<JsonFile> file = JsonFile.optional(folder, FILE);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    List<TensorSpec> inputs = tensors(file.get(), "inputs");
    if (inputs.isEmpty()) {
      throw file.get().flaw("inputs", "a list of tensors, each with name, datatype and shape");
    }
    List<List<Integer>> examples = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      examples.add(example(file.get(), i, inputs.get(i).rowShape()));
    }
    return Optional.of(
        new SignatureFile(new Signature(inputs, tensors(file.get(), "outputs")), examples));
  }

  private static List<TensorSpec> tensors(JsonFile file, String field) throws ModelLoadException {
    List<TensorSpec> tensors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode tensor : file.root().path(field)) {
      TensorSpec spec = tensor(file, field + "[" + tensors.size() + "]", tensor);
      if (!names.add(spec.name())) {
        throw file.flaw(field, "tensors of different names; there are two \"" + spec.name() + "\"");
      }
      tensors.add(spec);
    }
    return List.copyOf(tensors);
  }

  private static TensorSpec tensor(JsonFile file, String place, JsonNode tensor)
      throws ModelLoadException {
    String name = tensor.path("name").asText();
    if (name.isEmpty()) {
      throw file.flaw(place + ".name", "a name");
    }
    Datatype datatype =
        Datatype.named(tensor.path("datatype").asText())
            .orElseThrow(
                () ->
                    file.flaw(place + ".datatype", "one of " + Arrays.toString(Datatype.values())));
    List<Integer> shape = new ArrayList<>();
    for (JsonNode axis : tensor.path("shape")) {
      if (!axis.isInt() || axis.asInt() == 0 || axis.asInt() < -1) {
        throw file.flaw(place + ".shape", "a list of lengths, -1 where one varies");
      }
      shape.add(axis.asInt());
    }
    if (shape.isEmpty() || shape.getFirst() != -1) {
      throw file.flaw(place + ".shape", "a list of lengths that begins with the batch axis, -1");
    }
    return new TensorSpec(name, datatype, shape);
  }

  private static List<Integer> example(JsonFile file, int input, List<Integer> rowShape)
      throws ModelLoadException {
    JsonNode written = file.root().path("inputs").path(input).path("example");
    if (written.isMissingNode() || written.isNull()) {
      return rowShape.stream().map(axis -> axis == -1 ? 1 : axis).toList();
    }
    List<Integer> example = new ArrayList<>();
    boolean fits = written.isArray() && written.size() == rowShape.size();
    for (int axis = 0; fits && axis < rowShape.size(); axis++) {
      JsonNode length = written.path(axis);
      fits =
          length.isInt()
              && length.asInt() > 0
              && (rowShape.get(axis) == -1 || rowShape.get(axis) == length.asInt());
      example.add(length.asInt());
    }
    if (!fits) {
      throw file.flaw(
          "inputs[%d].example".formatted(input),
          "the shape of one row, without the batch axis, that fits %s".formatted(rowShape));
    }
    return example;
  }
}
