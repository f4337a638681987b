package io.ferry.grpc;

import io.ferry.grpc.wire.InferBatchStatistics;
import io.ferry.grpc.wire.InferStatistics;
import io.ferry.grpc.wire.ModelStatistics;
import io.ferry.grpc.wire.ModelStatisticsRequest;
import io.ferry.grpc.wire.ModelStatisticsResponse;
import io.ferry.grpc.wire.StatisticDuration;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.model.Deployment;
import io.ferry.model.ModelRepository;
import io.ferry.model.ServedModel;
import io.ferry.openinference.ModelStatistics.Sum;
import io.ferry.openinference.Statistics;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import jakarta.enterprise.context.ApplicationScoped;

/** {@code ModelStatistics}: what load generators read before and after a run. */
@ApplicationScoped
class StatisticsCalls {

  private static final StatisticDuration NONE = StatisticDuration.getDefaultInstance();

  private final ModelRepository repository;
  private final InferencePipeline pipeline;
  private final Statistics statistics;

  StatisticsCalls(ModelRepository repository, InferencePipeline pipeline, Statistics statistics) {
    this.repository = repository;
    this.pipeline = pipeline;
    this.statistics = statistics;
  }

  /** Of one model, or where none is named of all. */
  Reply<ModelStatisticsResponse> statistics(ModelStatisticsRequest request, CallTerms terms) {
    ModelStatisticsResponse.Builder all = ModelStatisticsResponse.newBuilder();
    if (request.getName().isEmpty()) {
      for (ServedModel model : repository.models()) {
        all.addModelStats(message(model.current()));
      }
      return Reply.answer(all.build());
    }
    ModelChoice asked = ModelCalls.choice(request.getName(), request.getVersion());
    // A model that does not serve at the moment has statistics, too.
    if (pipeline.describe(asked) instanceof ModelLookup.Missing(Refused refused)
        && !(refused.outcome() instanceof Outcome.Rejected)) {
      return Reply.failure(GrpcError.of(refused.outcome()));
    }
    repository
        .model(request.getName())
        .ifPresent(model -> all.addModelStats(message(model.current())));
    return Reply.answer(all.build());
  }

  private ModelStatistics message(Deployment model) {
    io.ferry.openinference.ModelStatistics counted = statistics.of(model.name());
    ModelStatistics.Builder message =
        ModelStatistics.newBuilder()
            .setName(model.name())
            .setVersion(model.version())
            .setLastInference(counted.lastInference())
            .setInferenceCount(counted.inferences())
            .setExecutionCount(counted.executions())
            .setInferenceStats(
                InferStatistics.newBuilder()
                    .setSuccess(message(counted.success()))
                    .setFail(message(counted.fail()))
                    .setQueue(message(counted.queue()))
                    .setComputeInput(message(counted.computeInput()))
                    .setComputeInfer(message(counted.computeInfer()))
                    .setComputeOutput(NONE)
                    .setCacheHit(NONE)
                    .setCacheMiss(NONE));
    counted
        .batches()
        .forEach(
            (rows, passes) ->
                message.addBatchStats(
                    InferBatchStatistics.newBuilder()
                        .setBatchSize(rows)
                        .setComputeInput(NONE)
                        .setComputeInfer(message(passes))
                        .setComputeOutput(NONE)));
    return message.build();
  }

  private static StatisticDuration message(Sum sum) {
    return StatisticDuration.newBuilder().setCount(sum.count()).setNs(sum.nanos()).build();
  }
}
