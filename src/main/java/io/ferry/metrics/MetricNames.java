package io.ferry.metrics;

/** The meters' names in Micrometer's notation; Prometheus shows dots as underscores. */
final class MetricNames {

  static final String REQUESTS = "ferry.requests";
  static final String REQUEST_SECONDS = "ferry.request";
  static final String QUEUE_SECONDS = "ferry.queue";
  static final String ENCODE_SECONDS = "ferry.encode";
  static final String FORWARD_SECONDS = "ferry.forward";
  static final String BATCH_ROWS = "ferry.batch.rows";
  static final String BATCH_PADDING_RATIO = "ferry.batch.padding.ratio";
  static final String QUEUE_ROWS = "ferry.queue.rows";
  static final String QUEUE_OLDEST_SECONDS = "ferry.queue.oldest.seconds";
  static final String QUEUE_PLACES = "ferry.queue.places";
  static final String INFLIGHT_ROWS = "ferry.inflight.rows";
  static final String DEVICE_BUSY_RATIO = "ferry.device.busy.ratio";
  static final String SATURATION = "ferry.saturation";
  static final String DEVICE_UTILIZATION_RATIO = "ferry.device.utilization.ratio";
  static final String DEVICE_MEMORY_BYTES = "ferry.device.memory.bytes";
  static final String COST_ERROR_RATIO = "ferry.cost.error.ratio";
  static final String WARMUP_SECONDS = "ferry.warmup.seconds";
  static final String MODEL_STATE = "ferry.model.state";

  static final String MODEL = "model";
  static final String PROTOCOL = "protocol";
  static final String OUTCOME = "outcome";
  static final String DEVICE = "device";
  static final String STATE = "state";
  static final String KIND = "kind";

  private MetricNames() {}
}
