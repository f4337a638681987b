package io.ferry.rest;

import io.ferry.pipeline.RequestListener;
import io.ferry.pipeline.RequestListener.Refusal;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Counts the requests that end before the pipeline, wherever that is: in a filter, in the framework
 * or in the resource. The pipeline, which counts its own, answers with none of these statuses;
 * where a status does not tell, the request's {@link #PROPERTY} does.
 */
public class RefusalCount {

  /** The property that names a {@link Refusal}. */
  static final String PROPERTY = "io.ferry.refusal";

  private final RequestListener listener;

  RefusalCount(RequestListener listener) {
    this.listener = listener;
  }

  /** Counts by the status. */
  @ServerResponseFilter
  public void count(ContainerRequestContext request, ContainerResponseContext response) {
    if (request.getUriInfo().getPath().equals("/" + ProcessResource.PROTOCOL)) {
      if (request.getProperty(PROPERTY) instanceof Refusal refusal) {
        refused(refusal);
        return;
      }
      switch (response.getStatus()) {
        case 400, 415 -> refused(Refusal.MALFORMED);
        case 413 -> refused(Refusal.TOO_LARGE);
        case 500 -> refused(Refusal.ERROR);
        default -> {}
      }
    }
  }

  private void refused(Refusal refusal) {
    listener.requestRefused(ProcessResource.PROTOCOL, refusal);
  }
}
