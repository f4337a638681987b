package io.ferry.simulation;

/**
 * An invariant does not hold. An error of its own, because most checks run while the device
 * "works": the loop survives whatever an engine throws, assertion errors too, and must not survive
 * this.
 */
final class Violation extends Error {

  private static final long serialVersionUID = 1;

  Violation(String invariant) {
    super(invariant);
  }

  Violation(Throwable cause) {
    super(cause);
  }
}
