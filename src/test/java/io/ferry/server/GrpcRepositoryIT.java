package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.grpc.wire.ModelReadyRequest;
import io.ferry.grpc.wire.ModelRepositoryParameter;
import io.ferry.grpc.wire.RepositoryIndexRequest;
import io.ferry.grpc.wire.RepositoryModelLoadRequest;
import io.ferry.grpc.wire.RepositoryModelLoadResponse;
import io.ferry.grpc.wire.RepositoryModelUnloadRequest;
import io.ferry.grpc.wire.RepositoryModelUnloadResponse;
import io.ferry.server.GrpcCaller.Result;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading and unloading models over gRPC. */
class GrpcRepositoryIT {

  @TempDir Path models;

  @Test
  void modelsComeChangeAndGo() throws Exception {
    ModelFolder.copy("tiny-mpnet-embed", models.resolve("embedder/1"));
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry =
            FerryLaunch.models(models)
                .with("ferry.admin.enabled", "true")
                .with("ferry.models.default", "steady")
                .start();
        GrpcCaller grpc = new GrpcCaller(ferry)) {
      assertEquals(Status.Code.OK, unload(grpc, unloading("embedder").build()).code());
      assertEquals(Status.Code.NOT_FOUND, grpc.infer(ask()).code());
      assertEquals(
          List.of("embedder 1 UNAVAILABLE not loaded", "steady 1 READY "), index(grpc, false));
      assertEquals(List.of("steady 1 READY "), index(grpc, true));
      assertEquals(Status.Code.NOT_FOUND, unload(grpc, unloading("embedder").build()).code());

      assertEquals(Status.Code.OK, load(grpc, loading("embedder").build()).code());
      assertEquals("1", grpc.infer(ask()).answer().getModelVersion());

      ModelFolder.copy("tiny-bert-embed", models.resolve("embedder/2"));
      assertEquals(Status.Code.OK, load(grpc, loading("embedder").build()).code());
      assertEquals("2", grpc.infer(ask()).answer().getModelVersion());
      assertEquals(
          Status.Code.OK, grpc.infer(ask().toBuilder().setModelVersion("2").build()).code());
      assertEquals(
          Status.Code.NOT_FOUND, grpc.infer(ask().toBuilder().setModelVersion("1").build()).code());

      ModelFolder.copy("tiny-bert-embed", models.resolve("embedder/10"), "config.json");
      Result<RepositoryModelLoadResponse> broken = load(grpc, loading("embedder").build());
      assertEquals(Status.Code.FAILED_PRECONDITION, broken.code());
      assertTrue(broken.sentence().contains("no config.json"), broken::sentence);
      assertTrue(
          index(grpc, false).stream()
              .anyMatch(it -> it.startsWith("embedder 10 UNAVAILABLE") && it.contains("config")),
          () -> index(grpc, false).toString());
      assertEquals("2", grpc.infer(ask()).answer().getModelVersion(), "what served serves on");
    }
  }

  @Test
  void aModelThatCannotServeIsNotReady() throws Exception {
    ModelFolder.copy("tiny-bert-embed", models.resolve("embedder"), "config.json");
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry =
            FerryLaunch.models(models).with("ferry.models.default", "steady").startListening();
        GrpcCaller grpc = new GrpcCaller(ferry)) {
      Eventually.within(Eventually.MODEL_LOADS, "the other model", () -> ready(grpc, "steady"));
      assertFalse(ready(grpc, "embedder"));
      Result<?> asked = grpc.infer(ask());
      assertEquals(Status.Code.UNAVAILABLE, asked.code());
      assertEquals("1", asked.trailer("retry-after"));
    }
  }

  private static boolean ready(GrpcCaller grpc, String model) {
    return grpc.stub().modelReady(ModelReadyRequest.newBuilder().setName(model).build()).getReady();
  }

  @Test
  void whatFerryDoesNotDoIsRefused() throws Exception {
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry =
            FerryLaunch.models(models).with("ferry.admin.enabled", "true").start();
        GrpcCaller grpc = new GrpcCaller(ferry)) {
      for (String parameter : List.of("config", "file:1/model.onnx", "colour")) {
        Result<?> refused =
            load(
                grpc,
                loading("steady")
                    .putParameters(parameter, ModelRepositoryParameter.getDefaultInstance())
                    .build());
        assertEquals(Status.Code.UNIMPLEMENTED, refused.code());
        assertTrue(refused.sentence().contains("\"" + parameter + "\""), refused::sentence);
      }
      assertEquals(
          Status.Code.INVALID_ARGUMENT,
          load(grpc, loading("steady").setRepositoryName("other").build()).code());
      assertEquals(Status.Code.INVALID_ARGUMENT, load(grpc, loading("").build()).code());
      assertEquals(Status.Code.NOT_FOUND, load(grpc, loading("nobody").build()).code());
      assertEquals(Status.Code.NOT_FOUND, load(grpc, loading("../steady").build()).code());
      assertEquals(
          Status.Code.OK,
          unload(
                  grpc,
                  unloading("steady")
                      .putParameters(
                          "unload_dependents",
                          ModelRepositoryParameter.newBuilder().setBoolParam(true).build())
                      .build())
              .code());
    }
  }

  @Test
  void withoutAdministrationNobodyLoadsOrUnloads() throws Exception {
    ModelFolder.copy("tiny-electra-regression", models.resolve("steady"));
    try (FerryProcess ferry = FerryLaunch.models(models).start();
        GrpcCaller grpc = new GrpcCaller(ferry)) {
      for (Result<?> refused :
          List.of(
              load(grpc, loading("steady").build()), unload(grpc, unloading("steady").build()))) {
        assertEquals(Status.Code.PERMISSION_DENIED, refused.code());
        assertTrue(refused.sentence().contains("ferry.admin.enabled=true"), refused::sentence);
      }
      assertEquals(List.of("steady 1 READY "), index(grpc, true));
    }
  }

  private static io.ferry.grpc.wire.ModelInferRequest ask() {
    return GrpcRequests.texts("embedder", "ferry");
  }

  private static List<String> index(GrpcCaller grpc, boolean onlyReady) {
    return grpc
        .stub()
        .repositoryIndex(RepositoryIndexRequest.newBuilder().setReady(onlyReady).build())
        .getModelsList()
        .stream()
        .map(it -> String.join(" ", it.getName(), it.getVersion(), it.getState(), it.getReason()))
        .toList();
  }

  private static RepositoryModelLoadRequest.Builder loading(String model) {
    return RepositoryModelLoadRequest.newBuilder().setModelName(model);
  }

  private static RepositoryModelUnloadRequest.Builder unloading(String model) {
    return RepositoryModelUnloadRequest.newBuilder().setModelName(model);
  }

  private static Result<RepositoryModelLoadResponse> load(
      GrpcCaller grpc, RepositoryModelLoadRequest request) {
    return grpc.call(
        stub -> stub.repositoryModelLoad(request),
        RepositoryModelLoadResponse.getDefaultInstance());
  }

  private static Result<RepositoryModelUnloadResponse> unload(
      GrpcCaller grpc, RepositoryModelUnloadRequest request) {
    return grpc.call(
        stub -> stub.repositoryModelUnload(request),
        RepositoryModelUnloadResponse.getDefaultInstance());
  }
}
