package io.ferry.rest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How large a request's body may be.
 *
 * @param bytes at most
 */
public record BodyLimit(int bytes) {

  /**
   * Reads a body, but not further than the limit.
   *
   * @param body what the framework hands over; null where the request has none
   * @return the body, or empty if it is larger than allowed
   */
  Optional<byte[]> read(@Nullable InputStream body) throws IOException {
    if (body == null) {
      return Optional.of(new byte[0]);
    }
    byte[] read = body.readNBytes(bytes);
    return read.length == bytes && body.read() != -1 ? Optional.empty() : Optional.of(read);
  }
}
