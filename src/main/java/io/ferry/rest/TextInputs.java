package io.ferry.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.inference.Input;
import io.ferry.protocol.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands where a protocol takes texts: a text, the tokens of one, or a list of either.
 *
 * @param rows to be run, one a text
 * @param list whether they came as a list
 * @param characters of all texts, in Unicode code points; of tokens their number
 */
public record TextInputs(List<Input> rows, boolean list, long characters) {

  /** Copies the list. */
  public TextInputs {
    rows = List.copyOf(rows);
  }

  /**
   * Reads a field.
   *
   * @throws MalformedException if it is missing or something else
   */
  public static TextInputs read(JsonNode object, String field) throws MalformedException {
    JsonNode value = object.path(field);
    if (value.isMissingNode()) {
      throw new MalformedException(
          field, "the field \"%s\" is missing; send a text or a list of texts".formatted(field));
    }
    if (value.isTextual()) {
      return of(List.of(new Input.Text(value.textValue())), false);
    }
    if (!value.isArray()) {
      throw new MalformedException(
          field,
          "\"%s\" must be a text, a list of texts, a list of token ids or a list of those, not %s"
              .formatted(field, Json.kind(value)));
    }
    if (value.path(0).isNumber()) {
      return of(List.of(new Input.TokenizedText(tokens(value, field, ""))), false);
    }
    List<Input> rows = new ArrayList<>(value.size());
    for (JsonNode row : value) {
      String index = "[" + rows.size() + "]";
      if (row.isTextual()) {
        rows.add(new Input.Text(row.textValue()));
      } else if (row.isArray()) {
        rows.add(new Input.TokenizedText(tokens(row, field, index)));
      } else {
        throw new MalformedException(
            field,
            "\"%s\"%s must be a text or a list of token ids, not %s"
                .formatted(field, index, Json.kind(row)));
      }
    }
    return of(rows, true);
  }

  private static TextInputs of(List<Input> rows, boolean list) {
    long characters = 0;
    for (Input row : rows) {
      characters +=
          switch (row) {
            case Input.Text(String text) -> text.codePointCount(0, text.length());
            case Input.TokenizedText(long[] ids) -> ids.length;
            default -> throw new IllegalArgumentException("neither text nor tokens: " + row);
          };
    }
    return new TextInputs(rows, list, characters);
  }

  /**
   * Reads the tokens of one text.
   *
   * @param index where in the field they stand, such as {@code [3]}; empty if they are all of it
   * @throws MalformedException if something in the list is no whole number, or too large for one
   */
  public static long[] tokens(JsonNode list, String field, String index) throws MalformedException {
    long[] ids = new long[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToLong()) {
        throw new MalformedException(
            field,
            "\"%s\"%s[%d] must be a token id, which is a whole number, not %s"
                .formatted(field, index, i, Json.kind(id)));
      }
      ids[i] = id.longValue();
    }
    return ids;
  }
}
