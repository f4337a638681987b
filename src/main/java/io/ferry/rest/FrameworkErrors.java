package io.ferry.rest;

import io.ferry.rest.ErrorReply.ErrorType;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Gives the errors that the framework finds itself the same body as ours. */
public class FrameworkErrors {

  /** What nearly every path of ours takes; HTTP asks for it in an answer of 405. */
  static final String METHOD = HttpMethod.POST;

  /** Any error that JAX-RS names: wrong method, wrong content type, no such path. */
  @ServerExceptionMapper
  public Response map(WebApplicationException exception) {
    int status = exception.getResponse().getStatus();
    return switch (status) {
      case 404 ->
          ErrorReply.of(404, ErrorType.NotFound, "there is nothing at this path").response();
      case 405 -> notAllowed(exception.getResponse());
      case 406 ->
          ErrorReply.of(406, ErrorType.Validation, "the answer is application/json").response();
      case 415 ->
          ErrorReply.of(415, ErrorType.Validation, "send the header Content-Type: application/json")
              .response();
      default ->
          ErrorReply.of(
                  status,
                  status < 500 ? ErrorType.Validation : ErrorType.Backend,
                  Optional.ofNullable(Response.Status.fromStatusCode(status))
                      .map(Response.Status::getReasonPhrase)
                      .orElse("error"))
              .response();
    };
  }

  private static Response notAllowed(Response framework) {
    String allowed =
        Optional.ofNullable(framework.getHeaderString(HttpHeaders.ALLOW)).orElse(METHOD);
    Response response =
        ErrorReply.of(405, ErrorType.Validation, "this path takes " + allowed).response();
    return Response.fromResponse(response).header(HttpHeaders.ALLOW, allowed).build();
  }
}
