package io.ferry.grpc;

import io.ferry.batching.BatchPolicy;
import io.ferry.grpc.wire.DataType;
import io.ferry.grpc.wire.ModelConfig;
import io.ferry.grpc.wire.ModelConfigRequest;
import io.ferry.grpc.wire.ModelConfigResponse;
import io.ferry.grpc.wire.ModelDynamicBatching;
import io.ferry.grpc.wire.ModelInput;
import io.ferry.grpc.wire.ModelOutput;
import io.ferry.grpc.wire.ModelQueuePolicy;
import io.ferry.model.Deployment;
import io.ferry.model.ModelSpec;
import io.ferry.openinference.ModelMetadata;
import io.ferry.openinference.TensorMetadata;
import io.ferry.openinference.WireTensor;
import io.ferry.pipeline.InferencePipeline;
import io.ferry.pipeline.InferenceReply.Refused;
import io.ferry.pipeline.ModelLookup;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code ModelConfig}: what Triton's configuration says that is true of Ferry, too. */
@ApplicationScoped
class ConfigurationCalls {

  private final InferencePipeline pipeline;

  ConfigurationCalls(InferencePipeline pipeline) {
    this.pipeline = pipeline;
  }

  Reply<ModelConfigResponse> configuration(ModelConfigRequest request, CallTerms terms) {
    return switch (pipeline.describe(ModelCalls.choice(request.getName(), request.getVersion()))) {
      case ModelLookup.Found(ModelSpec model, Deployment deployment) ->
          Reply.answer(
              ModelConfigResponse.newBuilder().setConfig(message(model, deployment)).build());
      case ModelLookup.Missing(Refused refused) -> Reply.failure(GrpcError.of(refused.outcome()));
    };
  }

  private static ModelConfig message(ModelSpec model, Deployment deployment) {
    ModelMetadata metadata = ModelMetadata.of(model);
    ModelConfig.Builder message =
        ModelConfig.newBuilder().setName(metadata.name()).setPlatform(metadata.platform());
    metadata.inputs().forEach(input -> message.addInput(input(input)));
    metadata.outputs().forEach(output -> message.addOutput(output(output)));
    limits(deployment, message);
    return message.build();
  }

  private static void limits(Deployment model, ModelConfig.Builder message) {
    BatchPolicy policy = model.policy();
    message
        .setMaxBatchSize(policy.maxSize())
        .setDynamicBatching(
            ModelDynamicBatching.newBuilder()
                .setMaxQueueDelayMicroseconds(micros(policy.maxWait().atMost()))
                // One level for each of Ferry's priorities; 1 is the most urgent.
                .setPriorityLevels(BatchPolicy.MAX_PRIORITY + 1)
                .setDefaultPriorityLevel(
                    BatchPolicy.MAX_PRIORITY - BatchPolicy.DEFAULT_PRIORITY + 1)
                .setDefaultQueuePolicy(
                    ModelQueuePolicy.newBuilder()
                        .setTimeoutAction(ModelQueuePolicy.TimeoutAction.REJECT)
                        .setDefaultTimeoutMicroseconds(micros(model.limits().timeout()))
                        .setAllowTimeoutOverride(true)
                        .setMaxQueueSize(policy.queueCapacity())));
  }

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  private static ModelInput input(TensorMetadata tensor) {
    return ModelInput.newBuilder()
        .setName(tensor.name())
        .setDataType(datatype(tensor.datatype()))
        .addAllDims(dims(tensor))
        .build();
  }

  private static ModelOutput output(TensorMetadata tensor) {
    return ModelOutput.newBuilder()
        .setName(tensor.name())
        .setDataType(datatype(tensor.datatype()))
        .addAllDims(dims(tensor))
        .build();
  }

  private static DataType datatype(String name) {
    return DataType.valueOf("TYPE_" + (name.equals(WireTensor.BYTES) ? "STRING" : name));
  }

  private static List<Long> dims(TensorMetadata tensor) {
    return tensor.shape().stream().skip(1).map(Integer::longValue).toList();
  }
}
