package io.ferry.model;

/** Port: knows where one model is and which engine runs it. */
public interface ModelLoader {

  /** The name that the model is served under; known before it is loaded. */
  String name();

  /**
   * Loads the model onto its device. Called on the device's thread.
   *
   * @throws ModelLoadException if it cannot be loaded; other models are not concerned
   */
  LoadedModel load() throws ModelLoadException;
}
