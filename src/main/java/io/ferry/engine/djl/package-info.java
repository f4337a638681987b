/**
 * PyTorch through DJL: TorchScript models and Hugging Face tokenizers. The only package that
 * imports {@code ai.djl}.
 */
@NullMarked
package io.ferry.engine.djl;

import org.jspecify.annotations.NullMarked;
