package io.ferry.rest;

import io.ferry.protocol.RequestId;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** Every answer carries {@code x-request-id}: the caller's own, or a new one. */
public class RequestIds {

  /** Adds the header. */
  @ServerResponseFilter
  public void add(ContainerRequestContext request, ContainerResponseContext response) {
    Optional<String> given = Optional.ofNullable(request.getHeaderString(RequestId.HEADER));
    response.getHeaders().putSingle(RequestId.HEADER, RequestId.of(given));
  }
}
