package io.ferry.rest.embeddings;

import io.ferry.inference.ModelChoice;
import io.ferry.protocol.MalformedException;
import jakarta.ws.rs.core.PathSegment;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;

/** The model that an address names: {@code /models/{model}[/…]} or {@code ?model=}. */
final class ChosenModel {

  private static final String PREFIX = "models";
  private static final String PARAMETER = "model";

  private ChosenModel() {}

  /**
   * Reads an address; without a model's name it means the default.
   *
   * @throws MalformedException if it names one twice
   */
  static ModelChoice of(UriInfo address) throws MalformedException {
    List<String> names =
        new ArrayList<>(address.getQueryParameters().getOrDefault(PARAMETER, List.of()));
    List<PathSegment> path = address.getPathSegments();
    if (path.size() > 1 && path.getFirst().getPath().equals(PREFIX)) {
      names.add(path.get(1).getPath());
    }
    if (names.size() > 1) {
      throw new MalformedException(
          "the address names %d models; name one, as ?model= or as /models/{model}/"
              .formatted(names.size()));
    }
    return ModelChoice.of(names.stream().findFirst());
  }
}
