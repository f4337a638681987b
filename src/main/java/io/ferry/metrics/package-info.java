/**
 * Prometheus metrics through Micrometer, which no other package imports. All names are in {@link
 * io.ferry.metrics.MetricNames}.
 */
@NullMarked
package io.ferry.metrics;

import org.jspecify.annotations.NullMarked;
