package io.ferry.rest;

import jakarta.inject.Singleton;

/** {@code /process}: the article's endpoint, and Ferry's own. */
@Singleton
public class ProcessProtocol implements Protocol {

  @Override
  public String label() {
    return "process";
  }

  @Override
  public boolean owns(String path) {
    return path.equals("/process");
  }
}
