package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonParser;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.openinference.Parameters;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of the repository calls: nothing, or an object. What Triton's clients may send in it
 * and Ferry does not do is refused; what is the same with and without it is taken.
 */
final class RepositoryParameters {

  private static final String CONFIG = "config";
  private static final String FILE = "file:";
  private static final String UNLOAD_DEPENDENTS = "unload_dependents";

  private boolean onlyReady;
  private Parameters parameters;

  private RepositoryParameters(String of) {
    this.parameters = Parameters.none(of);
  }

  /** Of the index: whether it shall hold only what serves. */
  static boolean onlyReady(@Nullable InputStream body) throws MalformedException, UnfitException {
    return read(body, "the request", List.of("ready")).onlyReady;
  }

  /** Of a load, which takes no parameters. */
  static void load(@Nullable InputStream body) throws MalformedException, UnfitException {
    Parameters parameters = read(body, "a load", List.of("parameters")).parameters;
    for (String name : parameters.values().keySet()) {
      if (name.equals(CONFIG) || name.startsWith(FILE)) {
        throw new UnfitException(
            Flaw.UNSUPPORTED,
            "the parameter \"%s\" of a load: Ferry loads what lies in the model's folder; put it there"
                .formatted(Quotation.clip(name)));
      }
    }
    parameters.known(List.of());
  }

  /** Of an unload. No model depends on another, so {@code unload_dependents} changes nothing. */
  static void unload(@Nullable InputStream body) throws MalformedException, UnfitException {
    Parameters parameters = read(body, "an unload", List.of("parameters")).parameters;
    parameters.known(List.of(UNLOAD_DEPENDENTS));
    parameters.truth(UNLOAD_DEPENDENTS);
  }

  private static RepositoryParameters read(
      @Nullable InputStream body, String of, List<String> fields)
      throws MalformedException, UnfitException {
    RepositoryParameters read = new RepositoryParameters(of);
    try {
      byte[] bytes = body == null ? new byte[0] : body.readAllBytes();
      try (JsonParser json = Json.parser(bytes, 0, bytes.length)) {
        if (json.nextToken() != null) {
          JsonFields.object(json, "the body", fields, field -> read.field(field, json));
          if (json.nextToken() != null) {
            throw JsonFields.moreThanOneValue();
          }
        }
      }
    } catch (IOException broken) {
      throw JsonBody.notJson(broken);
    }
    return read;
  }

  private void field(String field, JsonParser json)
      throws IOException, MalformedException, UnfitException {
    if (field.equals("ready")) {
      onlyReady = JsonFields.truth(json, "\"ready\"");
    } else {
      parameters = JsonFields.parameters(json, parameters.of());
    }
  }
}
