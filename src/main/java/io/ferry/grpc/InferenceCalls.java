package io.ferry.grpc;

import io.ferry.batching.BatchPolicy;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferResponse;
import io.ferry.inference.AnswerBudget;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.InferenceRequest;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.model.Deployment;
import io.ferry.model.ModelSpec;
import io.ferry.model.RequestLimits;
import io.ferry.openinference.InferOutputs;
import io.ferry.openinference.InferRequest;
import io.ferry.openinference.InferRows;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import io.ferry.pipeline.RequestListener;
import io.ferry.pipeline.RequestListener.Refusal;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.RequestHeaders;
import io.ferry.protocol.TimingHeaders;
import io.ferry.protocol.UnfitException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** {@code ModelInfer}: read, find the model, run, answer; every end of it is counted. */
@ApplicationScoped
class InferenceCalls {

  /** Of the protocol, in metrics. */
  static final String LABEL = "grpc";

  private final InferencePipeline pipeline;
  private final AnswerBudget answers;
  private final RequestListener listener;

  InferenceCalls(InferencePipeline pipeline, RequestListener listener, AnswerBudget answers) {
    this.pipeline = pipeline;
    this.answers = answers;
    this.listener = listener;
  }

  Reply<ModelInferResponse> infer(ModelInferRequest message, CallTerms terms) {
    try {
      InferRequest request = RequestReading.read(message);
      RequestHeaders headers = terms.headers();
      return switch (pipeline.lookUp(LABEL, request.model())) {
        case ModelLookup.Missing(Refused refused) -> {
          if (refused.outcome() instanceof Outcome.ModelNotNamed) {
            listener.requestRefused(LABEL, Refusal.MALFORMED);
          }
          yield Reply.failure(GrpcError.of(refused.outcome()));
        }
        case ModelLookup.Found(ModelSpec model, Deployment deployment) -> {
          boolean raw = message.getRawInputContentsCount() > 0;
          yield serve(request, headers, terms, model, deployment.limits(), raw);
        }
      };
    } catch (MalformedException malformed) {
      listener.requestRefused(LABEL, Refusal.MALFORMED);
      return Reply.failure(GrpcError.invalid(malformed.explanation()));
    } catch (UnfitException unfit) {
      return unfit("", unfit);
    } catch (RuntimeException | Error bug) {
      listener.requestRefused(LABEL, Refusal.ERROR);
      throw bug;
    }
  }

  private Reply<ModelInferResponse> serve(
      InferRequest request,
      RequestHeaders headers,
      CallTerms terms,
      ModelSpec model,
      RequestLimits limits,
      boolean raw) {
    // Given back a moment before the message is sent: it is copied out of the heap then.
    try (AnswerBudget.Room room = answers.room()) {
      List<Input> rows = InferRows.of(request, model, limits);
      InferenceRequest inference =
          new InferenceRequest(
              LABEL,
              request.model(),
              rows,
              EncodingOptions.DEFAULT,
              terms.timeout(request.timeout().or(headers::timeout)),
              request.priority().orElse(headers.priority().orElse(BatchPolicy.DEFAULT_PRIORITY)),
              terms.cancellation(),
              InferOutputs.size(request, model, it -> Float.BYTES),
              room);
      return switch (pipeline.infer(inference)) {
        case Answered answered ->
            new Reply.Answer<>(
                ResponseWriting.write(InferOutputs.of(request, answered), raw),
                TimingHeaders.of(answered.rows(), answered.totalNanos()));
        case Refused refused -> Reply.failure(GrpcError.of(refused, rows.size() > 1));
      };
    } catch (UnfitException unfit) {
      return unfit(model.name(), unfit);
    }
  }

  private Reply<ModelInferResponse> unfit(String model, UnfitException unfit) {
    listener.requestEnded(LABEL, model, unfit.outcome(), 0);
    return Reply.failure(GrpcError.of(unfit.outcome()));
  }
}
