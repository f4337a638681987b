package io.ferry.rest.embeddings;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.protocol.MalformedException;
import io.ferry.rest.Json;
import io.ferry.rest.JsonBody;
import io.ferry.rest.OptionalField;
import io.ferry.rest.TextInputs;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST /decode}.
 *
 * @param ids {@code ids}: the tokens of each text
 * @param list whether they came as a list of lists
 * @param skipSpecialTokens {@code skip_special_tokens}
 */
record DecodeCall(List<long[]> ids, boolean list, boolean skipSpecialTokens) {

  private static final String IDS = "ids";
  private static final String SKIP = "skip_special_tokens";

  /** Copies the list. */
  DecodeCall {
    ids = List.copyOf(ids);
  }

  static DecodeCall parse(byte[] body) throws MalformedException {
    JsonNode root = JsonBody.object(body, "{\"ids\": [101, 2023]}", List.of(IDS, SKIP));
    JsonNode ids = RequiredField.present(root, IDS, "a list of token ids or a list of those");
    if (!ids.isArray()) {
      throw new MalformedException(
          IDS, "\"ids\" must be a list of token ids or a list of those, not " + Json.kind(ids));
    }
    boolean list = ids.path(0).isArray();
    return new DecodeCall(
        list ? rows(ids) : List.of(TextInputs.tokens(ids, IDS, "")),
        list,
        OptionalField.truth(root, SKIP).orElse(true));
  }

  private static List<long[]> rows(JsonNode ids) throws MalformedException {
    List<long[]> rows = new ArrayList<>(ids.size());
    for (JsonNode row : ids) {
      String index = "[" + rows.size() + "]";
      if (!row.isArray()) {
        throw new MalformedException(
            IDS, "\"ids\"%s must be a list of token ids, not %s".formatted(index, Json.kind(row)));
      }
      rows.add(TextInputs.tokens(row, IDS, index));
    }
    return rows;
  }
}
