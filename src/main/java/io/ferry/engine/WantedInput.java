package io.ferry.engine;

import io.ferry.inference.Datatype;
import java.util.Optional;

/**
 * An input that a model file takes.
 *
 * @param name what the file calls it
 * @param datatype what it must hold; empty where the file does not tell
 */
public record WantedInput(String name, Optional<Datatype> datatype) {}
