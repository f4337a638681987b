package io.ferry.rest;

import io.ferry.rest.ErrorReply.ErrorType;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Gives the errors that the framework finds itself the same body as ours. */
public class FrameworkErrors {

  /** The paths that are read; all others take POST. */
  private static final Set<String> READ = Set.of("/v2/models");

  /** Any error that JAX-RS names: wrong method, wrong content type, no such path. */
  @ServerExceptionMapper
  public Response map(WebApplicationException exception, UriInfo uri) {
    int status = exception.getResponse().getStatus();
    return switch (status) {
      case 404 ->
          ErrorReply.of(404, ErrorType.NotFound, "there is nothing at this path").response();
      case 405 -> notAllowed(method(uri.getPath()));
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

  /** The one method that a path takes: HTTP asks for it in an answer of 405. */
  static String method(String path) {
    return READ.contains(path) ? HttpMethod.GET : HttpMethod.POST;
  }

  private static Response notAllowed(String allowed) {
    Response response =
        ErrorReply.of(405, ErrorType.Validation, "this path takes " + allowed).response();
    return Response.fromResponse(response).header(HttpHeaders.ALLOW, allowed).build();
  }
}
