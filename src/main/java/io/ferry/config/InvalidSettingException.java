package io.ferry.config;

/** A setting that cannot be. The message is one line: the key, the value, and what is allowed. */
public final class InvalidSettingException extends RuntimeException {

  InvalidSettingException(String key, String value, String allowed) {
    super(key + " is \"" + value + "\"; allowed is " + allowed);
  }

  InvalidSettingException(String message) {
    super(message);
  }
}
