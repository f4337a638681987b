/**
 * ONNX Runtime: models as {@code model.onnx}. The only package that imports {@code ai.onnxruntime}.
 */
@NullMarked
package io.ferry.engine.onnx;

import org.jspecify.annotations.NullMarked;
