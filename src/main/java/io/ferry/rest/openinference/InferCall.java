package io.ferry.rest.openinference;

import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelChoice;
import io.ferry.model.ModelSpec;
import io.ferry.model.RequestLimits;
import io.ferry.openinference.InferOutputs;
import io.ferry.openinference.InferRequest;
import io.ferry.openinference.InferRows;
import io.ferry.openinference.WireTensor;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall;
import io.ferry.rest.Json;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One request to infer. */
final class InferCall implements InferenceCall {

  private final InferBody body;

  /** What is asked; of a raw body without inputs until the model is known. */
  private InferRequest request;

  InferCall(InferBody body) {
    this.body = body;
    this.request =
        switch (body) {
          case InferBody.Described(InferRequest described, OutputForms forms) -> described;
          case InferBody.Raw(ModelChoice model, byte[] data) -> raw(model, List.of());
        };
  }

  private static InferRequest raw(ModelChoice model, List<WireTensor> inputs) {
    return new InferRequest(
        Optional.empty(), model, inputs, List.of(), Optional.empty(), OptionalLong.empty());
  }

  @Override
  public ModelChoice model() {
    return request.model();
  }

  @Override
  public Optional<Duration> timeout() {
    return request.timeout();
  }

  @Override
  public OptionalLong priority() {
    return request.priority();
  }

  @Override
  public Rows rows(ModelSpec model, RequestLimits limits)
      throws MalformedException, UnfitException {
    if (body instanceof InferBody.Raw(ModelChoice choice, byte[] data)) {
      request = raw(choice, List.of(RawInput.of(model, data)));
    }
    List<Input> rows = InferRows.of(request, model, limits);
    return new Rows(
        rows,
        EncodingOptions.DEFAULT,
        rows.size() > 1,
        InferOutputs.size(
            request, model, it -> forms().binary(it) ? Float.BYTES : Json.NUMBER_BYTES));
  }

  @Override
  public Response.ResponseBuilder answer(Answered answered) throws UnfitException {
    return InferAnswer.of(InferOutputs.of(request, answered), forms());
  }

  private OutputForms forms() {
    return switch (body) {
      case InferBody.Described described -> described.forms();
      case InferBody.Raw raw -> OutputForms.BINARY;
    };
  }
}
