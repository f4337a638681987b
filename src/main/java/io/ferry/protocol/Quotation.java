package io.ferry.protocol;

import java.nio.charset.StandardCharsets;

/** A caller's own words as they may come back: not by the megabyte, and well-formed. */
public final class Quotation {

  private static final int LONGEST = 100;

  private Quotation() {}

  /** The words, or their beginning. */
  public static String clip(String words) {
    String clipped = words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
    return new String(clipped.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
