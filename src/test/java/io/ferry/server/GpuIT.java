package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.CompiledModels;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What only a GPU does. Where there is one: {@code -Paoti -Dferry.test.device=gpu:0}. */
@Tag("aoti")
@EnabledIf(value = "io.ferry.CompiledModels#onGpu", disabledReason = "needs a GPU")
class GpuIT {

  private static final String MODEL = "tiny-tabular";
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String GOOD_CODES = "1,2";
  private static final String NO_CODES = "99,99";

  @TempDir Path models;

  private FerryProcess tabular() throws Exception {
    CompiledModels compiled = CompiledModels.here(MODEL);
    compiled.copy(MODEL, models);
    return FerryLaunch.models(models)
        .with("ferry.aotinductor.libtorch", compiled.libtorch().toString())
        .with("ferry.device", CompiledModels.device())
        .with("ferry.models.default", MODEL)
        .start();
  }

  private static HttpResponse<String> infer(FerryProcess ferry, String codes) {
    return ferry.post(
        "/v2/models/" + MODEL + "/infer",
        """
        {"inputs": [
          {"name": "numbers", "datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]},
          {"name": "codes", "datatype": "INT64", "shape": [1, 2], "data": [%s]},
          {"name": "member", "datatype": "BOOL", "shape": [1, 1], "data": [true]}]}
        """
            .formatted(codes));
  }

  @Test
  void theDriverTellsOfMemoryAndUse() throws Exception {
    try (FerryProcess ferry = tabular()) {
      assertEquals(200, infer(ferry, GOOD_CODES).statusCode());
      String device = "{device=\"" + CompiledModels.device() + "\"";
      double used = ferry.series("ferry_device_memory_bytes" + device + ",kind=\"used\"}");
      double total = ferry.series("ferry_device_memory_bytes" + device + ",kind=\"total\"}");
      assertTrue(0 < used && used < total, used + " of " + total);
      double utilization = ferry.series("ferry_device_utilization_ratio" + device + "}");
      assertTrue(0 <= utilization && utilization <= 1, "utilization " + utilization);
    }
  }

  /**
   * A code that the table has not is an assert on the device, after which CUDA refuses all calls.
   */
  @Test
  void aGpuThatIsLostFailsLiveness() throws Exception {
    try (FerryProcess ferry = tabular()) {
      assertEquals(200, infer(ferry, GOOD_CODES).statusCode());
      assertEquals(200, ferry.health("live").statusCode());

      assertEquals(503, infer(ferry, NO_CODES).statusCode());

      Eventually.within(SOON, "not live", () -> ferry.health("live").statusCode() == 503);
      assertEquals(503, infer(ferry, GOOD_CODES).statusCode());
    }
  }
}
