package plain;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/**
 * Answers as Ferry does on the pretend accelerator, {@code {"model": "simulated", "output": [5.0]}}
 * with the same headers: request and answer go through Jackson on a virtual thread, and there is no
 * queue, no batch and no model.
 */
@Path("/process")
@RunOnVirtualThread
public class ProcessResource {

  /** {@code {"input": "text"}}. */
  public record Question(String input) {}

  /** The model's name and the number of characters. */
  public record Answer(String model, double[] output) {}

  /** Serves one request. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public Response process(Question question) {
    long start = System.nanoTime();
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
