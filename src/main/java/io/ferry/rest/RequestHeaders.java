package io.ferry.rest;

import io.ferry.protocol.MalformedException;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.OptionalLong;

/**
 * What every protocol over HTTP may say in headers.
 *
 * @param timeoutMillis {@code x-request-timeout-ms}
 * @param priority {@code x-priority}
 */
record RequestHeaders(OptionalLong timeoutMillis, OptionalLong priority) {

  /**
   * Reads the headers.
   *
   * @throws MalformedException if one is no whole number
   */
  static RequestHeaders of(HttpHeaders headers) throws MalformedException {
    return new RequestHeaders(whole(headers, "x-request-timeout-ms"), whole(headers, "x-priority"));
  }

  private static OptionalLong whole(HttpHeaders headers, String name) throws MalformedException {
    String value = headers.getHeaderString(name);
    if (value == null || value.isBlank()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(value.strip()));
    } catch (NumberFormatException notANumber) {
      throw new MalformedException("the header " + name + " must be a whole number");
    }
  }
}
