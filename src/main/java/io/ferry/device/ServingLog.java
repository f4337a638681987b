package io.ferry.device;

import io.ferry.batching.ServingListener;
import org.jboss.logging.Logger;

/** Writes to the log what an operator looks for there. Native messages go here and nowhere else. */
record ServingLog(String model) implements ServingListener {

  private static final Logger LOG = Logger.getLogger(ServingLog.class);

  @Override
  public void passFailed(int rows, Throwable cause) {
    LOG.warnf(cause, "A pass of %d rows failed on model %s", rows, model);
  }

  @Override
  public void rowFailed(String id, Throwable cause) {
    LOG.warnf("Failure %s: a row failed on model %s: %s", id, model, cause.getMessage());
  }

  @Override
  public void unavailable(String reason) {
    LOG.errorf("Model %s is unavailable: %s", model, reason);
  }

  @Override
  public void available() {
    LOG.infof("Model %s serves again", model);
  }
}
