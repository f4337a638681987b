package io.ferry.model;

/**
 * A label and how sure the model is of it.
 *
 * @param label the label
 * @param score 0 to 1 after softmax or sigmoid, any number for a regression
 */
public record LabelScore(String label, double score) {}
