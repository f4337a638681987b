package io.ferry.health;

import io.ferry.device.GpuBatcher;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Live: the device's thread is alive and its current step is not too old. Says why if not. */
@Liveness
@ApplicationScoped
public class LiveCheck implements HealthCheck {

  private final GpuBatcher batcher;

  LiveCheck(GpuBatcher batcher) {
    this.batcher = batcher;
  }

  @Override
  public HealthCheckResponse call() {
    Optional<String> trouble = batcher.trouble();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("device").status(trouble.isEmpty());
    trouble.ifPresent(reason -> response.withData("reason", reason));
    return response.build();
  }
}
