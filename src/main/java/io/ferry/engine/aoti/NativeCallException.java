package io.ferry.engine.aoti;

/**
 * A native call failed. The message has the library's own words, which may hold paths: it is for
 * the log.
 */
final class NativeCallException extends Exception {

  private static final long serialVersionUID = 1;

  private final String words;

  /**
   * A failure.
   *
   * @param call what was called
   * @param words what the library says
   */
  NativeCallException(String call, String words) {
    super(call + ": " + words);
    this.words = words;
  }

  /** The library's words. */
  String words() {
    return words;
  }
}
