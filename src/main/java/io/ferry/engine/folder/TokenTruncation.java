package io.ferry.engine.folder;

import io.ferry.engine.Tokenizer.Tokens;
import io.ferry.inference.EncodingOptions.Truncation;

/**
 * Cuts texts that are longer than a model takes, as the tokenizers library does: special tokens
 * stay, and of a pair the longer text is cut first (its strategy LongestFirst).
 */
final class TokenTruncation {

  private TokenTruncation() {}

  /**
   * At most so many tokens.
   *
   * @param side LEFT cuts the beginning of each text, RIGHT its end
   */
  static Tokens cut(Tokens tokens, int most, Truncation side) {
    int first = count(tokens, 0);
    int second = count(tokens, 1);
    int special = tokens.ids().length - first - second;
    int room = Math.max(0, most - special);
    int shorter = Math.min(first, second);
    int longer = Math.max(shorter, room - shorter);
    if (shorter + longer > room) {
      shorter = room / 2;
      longer = room - shorter;
    }
    int keepFirst = first <= second ? shorter : longer;
    int keepSecond = first <= second ? longer : shorter;
    if (second == 0) {
      keepFirst = room;
      keepSecond = 0;
    }
    return keep(
        tokens,
        Math.min(most, Math.min(first, keepFirst) + Math.min(second, keepSecond) + special),
        side == Truncation.LEFT
            ? new Range[] {
              new Range(first - Math.min(first, keepFirst), first),
              new Range(second - Math.min(second, keepSecond), second)
            }
            : new Range[] {new Range(0, keepFirst), new Range(0, keepSecond)});
  }

  /** Places among the tokens of one text, the end excluded. */
  private record Range(int from, int to) {
    boolean contains(int place) {
      return from <= place && place < to;
    }
  }

  private static Tokens keep(Tokens tokens, int length, Range[] kept) {
    long[] ids = new long[length];
    long[] types = new long[length];
    long[] parts = new long[length];
    int[] place = {0, 0};
    int to = 0;
    for (int from = 0; from < tokens.ids().length && to < length; from++) {
      int part = (int) tokens.parts()[from];
      if (part < 0 || kept[part].contains(place[part]++)) {
        ids[to] = tokens.ids()[from];
        types[to] = tokens.types()[from];
        parts[to] = tokens.parts()[from];
        to++;
      }
    }
    return new Tokens(ids, types, parts);
  }

  private static int count(Tokens tokens, int part) {
    int count = 0;
    for (long its : tokens.parts()) {
      count += its == part ? 1 : 0;
    }
    return count;
  }
}
