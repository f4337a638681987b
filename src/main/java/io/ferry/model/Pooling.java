package io.ferry.model;

/** How one vector is made of the vectors of a text's tokens. */
public enum Pooling {
  /** The first token's. */
  CLS,
  /** Their mean. */
  MEAN,
  /** The largest value of each dimension. */
  MAX,
  /** The last token's. */
  LAST
}
