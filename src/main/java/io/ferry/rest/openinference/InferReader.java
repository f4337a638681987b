package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonParser;
import io.ferry.inference.ModelChoice;
import io.ferry.openinference.InferRequest;
import io.ferry.openinference.InferRequest.RequestedOutput;
import io.ferry.openinference.Parameters;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a request to infer as it streams by; fields may come in any order. Numbers go straight into
 * the memory of their tensor, and binary data stay where they are.
 */
final class InferReader {

  private static final String EXAMPLE =
      "{\"inputs\": [{\"name\": \"text\", \"shape\": [1], \"datatype\": \"BYTES\", \"data\": [\"…\"]}]}";
  private static final List<String> FIELDS = List.of("id", "parameters", "inputs", "outputs");
  private static final List<String> OUTPUT_FIELDS = List.of("name", "parameters");
  private static final String THE_REQUEST = "the request";
  private static final String BINARY_DATA = "binary_data";
  private static final String BINARY_DATA_OUTPUT = "binary_data_output";

  private final JsonParser json;
  private final InputReader inputs;

  private Optional<String> id = Optional.empty();
  private Parameters parameters = Parameters.none(THE_REQUEST);
  private Optional<List<WireTensor>> tensors = Optional.empty();
  private final List<RequestedOutput> outputs = new ArrayList<>();
  private final Map<String, Boolean> binaryOutputs = new HashMap<>();

  private InferReader(JsonParser json, InputReader inputs) {
    this.json = json;
    this.inputs = inputs;
  }

  /**
   * Reads a request.
   *
   * @param jsonLength of the JSON, where binary data follow it
   */
  static InferBody read(byte[] body, Optional<Integer> jsonLength, ModelChoice model)
      throws MalformedException, UnfitException {
    int end = jsonLength.orElse(body.length);
    try (JsonParser json = Json.parser(body, 0, end)) {
      if (json.nextToken() == null) {
        throw new MalformedException("the body is empty; send a JSON object such as " + EXAMPLE);
      }
      InputReader inputs =
          new InputReader(
              json,
              (from, to) -> Json.valueAgain(body, from, to),
              body,
              end,
              jsonLength.isPresent());
      return new InferReader(json, inputs).read(model);
    } catch (IOException broken) {
      throw JsonBody.notJson(broken);
    }
  }

  private InferBody read(ModelChoice model) throws IOException, MalformedException, UnfitException {
    JsonFields.object(json, "the body", FIELDS, this::field);
    if (json.nextToken() != null) {
      throw JsonFields.moreThanOneValue();
    }
    inputs.end();
    List<WireTensor> read =
        tensors.orElseThrow(
            () ->
                new MalformedException(
                    "the field \"inputs\" is missing; send an object such as " + EXAMPLE));
    parameters.known(List.of(Parameters.TIMEOUT, Parameters.PRIORITY, BINARY_DATA_OUTPUT));
    return new InferBody.Described(
        new InferRequest(id, model, read, outputs, parameters.timeout(), parameters.priority()),
        new OutputForms(parameters.truth(BINARY_DATA_OUTPUT).orElse(false), binaryOutputs));
  }

  private void field(String field) throws IOException, MalformedException, UnfitException {
    switch (field) {
      case "id" -> id = Optional.of(printable(JsonFields.text(json, "\"id\"")));
      case "parameters" -> parameters = JsonFields.parameters(json, THE_REQUEST);
      case "inputs" -> {
        List<WireTensor> read = new ArrayList<>();
        JsonFields.list(json, "inputs", what -> read.add(inputs.read(what)));
        tensors = Optional.of(read);
      }
      default -> JsonFields.list(json, "outputs", this::output);
    }
  }

  /** It is given back, and half of a surrogate pair cannot be. */
  private static String printable(String id) throws MalformedException {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(id)) {
      throw new MalformedException("\"id\" is not well-formed Unicode: half a surrogate pair");
    }
    return id;
  }

  private void output(String what) throws IOException, MalformedException, UnfitException {
    Output read = new Output(what);
    JsonFields.object(json, what, OUTPUT_FIELDS, read::field);
    String name = read.name.orElseThrow(() -> new MalformedException(what + " has no \"name\""));
    read.parameters.known(List.of(BINARY_DATA, Parameters.CLASSIFICATION));
    outputs.add(new RequestedOutput(name, read.parameters.classes()));
    read.parameters.truth(BINARY_DATA).ifPresent(binary -> binaryOutputs.put(name, binary));
  }

  /** An output, as far as it is read. */
  private final class Output {
    private final String what;
    private Optional<String> name = Optional.empty();
    private Parameters parameters;

    Output(String what) {
      this.what = what;
      this.parameters = Parameters.none(what);
    }

    void field(String field) throws IOException, MalformedException, UnfitException {
      if (field.equals("name")) {
        name = Optional.of(JsonFields.text(json, what + ".name"));
      } else {
        parameters = JsonFields.parameters(json, what);
      }
    }
  }
}
