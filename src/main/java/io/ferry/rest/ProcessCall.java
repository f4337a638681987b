package io.ferry.rest;

import io.ferry.inference.AnswerSize;
import io.ferry.inference.ModelChoice;
import io.ferry.model.EmbedAll;
import io.ferry.model.ModelSpec;
import io.ferry.model.RequestLimits;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.RequestHeaders;
import io.ferry.protocol.UnfitException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** One request to {@code /process}. */
final class ProcessCall implements InferenceCall {

  private final ProcessRequest request;
  private boolean list;

  private ProcessCall(ProcessRequest request) {
    this.request = request;
  }

  static ProcessCall parse(byte[] body) throws MalformedException {
    return new ProcessCall(ProcessRequest.parse(body));
  }

  @Override
  public ModelChoice model() {
    return ModelChoice.of(request.model());
  }

  @Override
  public Optional<Duration> timeout() {
    return RequestHeaders.millis(request.timeoutMillis());
  }

  @Override
  public OptionalLong priority() {
    return request.priority();
  }

  @Override
  public Rows rows(ModelSpec model, RequestLimits limits)
      throws MalformedException, UnfitException {
    ProcessInput input = ProcessInput.read(request.input(), model);
    request.options().check(model);
    list = input.list();
    return new Rows(input.rows(), request.options().encoding(), input.list(), answerSize(model));
  }

  private static AnswerSize answerSize(ModelSpec model) {
    return model.task() instanceof EmbedAll(int dimensions)
        ? TokenVectorSize.inJson(dimensions)
        : AnswerSize.SMALL;
  }

  @Override
  public Response.ResponseBuilder answer(Answered answered) {
    return new ProcessAnswer(answered, list, request.options()).response();
  }
}
