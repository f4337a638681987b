package io.ferry.rest;

import io.ferry.pipeline.RequestListener;
import io.ferry.pipeline.RequestListener.Refusal;
import io.ferry.rest.ErrorReply.ErrorType;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Gives the errors that the framework finds itself the body of the path's protocol. */
public class FrameworkErrors {

  private final Protocols protocols;
  private final RequestListener listener;

  FrameworkErrors(Protocols protocols, RequestListener listener) {
    this.protocols = protocols;
    this.listener = listener;
  }

  /** Any error that JAX-RS names: wrong method, wrong content type, no such path. */
  @ServerExceptionMapper
  public Response map(WebApplicationException exception, UriInfo uri) {
    Protocol protocol = protocols.of(uri.getPath());
    int status = exception.getResponse().getStatus();
    if (status == 415) {
      listener.requestRefused(protocol.label(), Refusal.MALFORMED);
    }
    Response response = error(status, protocol.method(uri.getPath())).response(protocol);
    return status == 405
        ? Response.fromResponse(response)
            .header(HttpHeaders.ALLOW, protocol.method(uri.getPath()))
            .build()
        : response;
  }

  private static ErrorReply error(int status, String allowed) {
    return switch (status) {
      case 404 -> ErrorReply.of(404, ErrorType.NotFound, "there is nothing at this path");
      case 405 -> ErrorReply.of(405, ErrorType.Validation, "this path takes " + allowed);
      case 406 -> ErrorReply.of(406, ErrorType.Validation, "the answer is application/json");
      case 415 ->
          ErrorReply.of(
              415, ErrorType.Validation, "send the header Content-Type: application/json");
      default ->
          ErrorReply.of(
              status,
              status < 500 ? ErrorType.Validation : ErrorType.Backend,
              Optional.ofNullable(Response.Status.fromStatusCode(status))
                  .map(Response.Status::getReasonPhrase)
                  .orElse("error"));
    };
  }
}
