package io.ferry.rest;

import io.ferry.rest.ErrorReply.ErrorType;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Gives the errors that the framework finds itself the same body as ours. */
public class FrameworkErrors {

  /** Any error that JAX-RS names: wrong method, wrong content type, no such path. */
  @ServerExceptionMapper
  public Response map(WebApplicationException exception) {
    int status = exception.getResponse().getStatus();
    ErrorReply error =
        switch (status) {
          case 404 -> ErrorReply.of(404, ErrorType.NotFound, "there is nothing at this path");
          case 405 ->
              ErrorReply.of(405, ErrorType.Validation, "this path does not take this method");
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
    Response response = error.response();
    if (exception instanceof NotAllowedException notAllowed) {
      return Response.fromResponse(response)
          .header(HttpHeaders.ALLOW, notAllowed.getResponse().getHeaderString(HttpHeaders.ALLOW))
          .build();
    }
    return response;
  }
}
