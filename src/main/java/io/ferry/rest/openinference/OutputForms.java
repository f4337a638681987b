package io.ferry.rest.openinference;

import java.util.Map;

/**
 * In which form outputs are sent: as JSON, or as bytes behind it.
 *
 * @param binary those that nobody says anything of
 * @param byOutput of those that somebody does
 */
record OutputForms(boolean binary, Map<String, Boolean> byOutput) {

  OutputForms {
    byOutput = Map.copyOf(byOutput);
  }

  /** All as bytes. */
  static final OutputForms BINARY = new OutputForms(true, Map.of());

  boolean binary(String output) {
    return byOutput.getOrDefault(output, binary);
  }
}
