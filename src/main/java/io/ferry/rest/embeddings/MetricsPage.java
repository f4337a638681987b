package io.ferry.rest.embeddings;

import java.util.function.Supplier;

/**
 * The page that Prometheus reads.
 *
 * @param text makes it, in Prometheus' text format
 */
public record MetricsPage(Supplier<String> text) {

  /** Of the text format, as Prometheus names it. */
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
}
