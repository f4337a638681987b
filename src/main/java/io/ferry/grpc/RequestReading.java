package io.ferry.grpc;

import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.InferParameter;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferRequest.InferInputTensor;
import io.ferry.grpc.wire.ModelInferRequest.InferRequestedOutputTensor;
import io.ferry.inference.ModelChoice;
import io.ferry.openinference.InferRequest;
import io.ferry.openinference.InferRequest.RequestedOutput;
import io.ferry.openinference.Parameters;
import io.ferry.openinference.TensorHeader;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a message of {@code ModelInfer}. Raw contents are not copied: tensors are views of the
 * message.
 */
final class RequestReading {

  private RequestReading() {}

  /**
   * Reads.
   *
   * @throws MalformedException if something is missing, unknown, of a wrong type, or does not fit
   *     the rest
   * @throws UnfitException if it asks for something that Ferry has not
   */
  static InferRequest read(ModelInferRequest message) throws MalformedException, UnfitException {
    Parameters parameters = parameters("the request", message.getParametersMap());
    parameters.known(List.of(Parameters.TIMEOUT, Parameters.PRIORITY));
    return new InferRequest(
        text(message.getId()),
        new ModelChoice(text(message.getModelName()), text(message.getModelVersion())),
        inputs(message),
        outputs(message),
        parameters.timeout(),
        parameters.priority());
  }

  /** Proto3 does not tell an empty text from none. */
  static Optional<String> text(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private static List<WireTensor> inputs(ModelInferRequest message)
      throws MalformedException, UnfitException {
    List<ByteString> raw = message.getRawInputContentsList();
    int count = message.getInputsCount();
    if (!raw.isEmpty() && raw.size() != count) {
      throw new MalformedException(
          "raw_input_contents has %d entries for %d inputs; send one for each input, or none"
              .formatted(raw.size(), count));
    }
    List<WireTensor> inputs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      InferInputTensor input = message.getInputs(i);
      TensorHeader header = header(input);
      parameters(
              "input \"%s\"".formatted(Quotation.clip(input.getName())), input.getParametersMap())
          .known(List.of());
      if (raw.isEmpty()) {
        inputs.add(TypedContents.read(header, input.getContents()));
      } else if (input.hasContents()) {
        throw new MalformedException(
            "input \"%s\" has contents, and the request raw_input_contents; send one of the two"
                .formatted(Quotation.clip(input.getName())));
      } else {
        inputs.add(header.raw(raw.get(i).asReadOnlyByteBuffer()));
      }
    }
    return inputs;
  }

  private static TensorHeader header(InferInputTensor input) throws MalformedException {
    long[] shape = new long[input.getShapeCount()];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = input.getShape(axis);
    }
    return TensorHeader.of(input.getName(), input.getDatatype(), shape);
  }

  private static List<RequestedOutput> outputs(ModelInferRequest message)
      throws MalformedException, UnfitException {
    List<RequestedOutput> outputs = new ArrayList<>(message.getOutputsCount());
    for (InferRequestedOutputTensor output : message.getOutputsList()) {
      Parameters parameters =
          parameters(
              "output \"%s\"".formatted(Quotation.clip(output.getName())),
              output.getParametersMap());
      parameters.known(List.of(Parameters.CLASSIFICATION));
      outputs.add(new RequestedOutput(output.getName(), parameters.classes()));
    }
    return outputs;
  }

  private static Parameters parameters(String of, Map<String, InferParameter> map)
      throws MalformedException {
    Map<String, Parameters.Value> values = new HashMap<>();
    for (Map.Entry<String, InferParameter> parameter : map.entrySet()) {
      values.put(parameter.getKey(), value(of, parameter.getKey(), parameter.getValue()));
    }
    return new Parameters(of, values);
  }

  private static Parameters.Value value(String of, String name, InferParameter parameter)
      throws MalformedException {
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> new Parameters.Value.Truth(parameter.getBoolParam());
      case INT64_PARAM -> new Parameters.Value.Whole(parameter.getInt64Param());
      case UINT64_PARAM -> unsigned(parameter.getUint64Param());
      case DOUBLE_PARAM -> new Parameters.Value.Decimal(parameter.getDoubleParam());
      case STRING_PARAM -> new Parameters.Value.Text(parameter.getStringParam());
      case PARAMETERCHOICE_NOT_SET ->
          throw new MalformedException(
              "the parameter \"%s\" of %s has no value".formatted(Quotation.clip(name), of));
    };
  }

  /** Above 2^63 Java's number is negative. */
  private static Parameters.Value unsigned(long bits) {
    return bits >= 0
        ? new Parameters.Value.Whole(bits)
        : new Parameters.Value.Decimal((bits >>> 1) * 2.0);
  }
}
