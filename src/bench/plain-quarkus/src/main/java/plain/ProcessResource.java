package plain;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Answers as Ferry does on the pretend accelerator, {@code {"model": "simulated", "output": [5.0]}}
 * with the same headers: request and answer go through Jackson on a virtual thread, and there is no
 * queue, no batch and no model.
 */
@Path("/process")
@RunOnVirtualThread
public class ProcessResource {

  private static final long PASS_MILLIS = 20;

  /** {@code {"input": "text"}}. */
  public record Question(String input) {}

  /** The model's name and the number of characters. */
  public record Answer(String model, double[] output) {}

  /**
   * Serves one request.
   *
   * @param holdMillis for about how long its virtual thread holds it, as a queue in front of a model
   *     would: between nothing and twice that, and some are released together
   */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response process(
      Question question, @HeaderParam("x-hold-ms") @DefaultValue("0") long holdMillis)
      throws InterruptedException {
    long start = System.nanoTime();
    if (holdMillis > 0) {
      long now = System.currentTimeMillis();
      long release = now + ThreadLocalRandom.current().nextLong(2 * holdMillis);
      Thread.sleep(Math.ceilDiv(release, PASS_MILLIS) * PASS_MILLIS - now);
    }
    double[] output = {question.input().length()};
    return Response.ok(new Answer("simulated", output))
        .header("x-queue-time", "0.0")
        .header("x-inference-time", "0.0")
        .header("x-total-time", (System.nanoTime() - start) / 1000 / 1e3)
        .header("x-batch-size", "1")
        .header("x-request-id", UUID.randomUUID())
        .build();
  }
}
