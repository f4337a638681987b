package io.ferry.rest;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/**
 * Every answer carries {@code x-request-id}: the caller's own if it is fit to print, else a new
 * one.
 */
public class RequestIds {

  private static final String HEADER = "x-request-id";
  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,128}");

  /** Adds the header. */
  @ServerResponseFilter
  public void add(ContainerRequestContext request, ContainerResponseContext response) {
    String given = request.getHeaderString(HEADER);
    boolean usable = given != null && PRINTABLE.matcher(given).matches();
    response.getHeaders().putSingle(HEADER, usable ? given : UUID.randomUUID().toString());
  }
}
