/**
 * What is served: a model's description ({@link io.ferry.model.ModelSpec}), its life ({@link
 * io.ferry.model.ModelState}), and the {@link io.ferry.model.Deployment} that ties it to its queue.
 * The ports {@link io.ferry.model.ModelLoader} and {@link io.ferry.model.Encoder} are what an
 * engine brings.
 */
@NullMarked
package io.ferry.model;

import org.jspecify.annotations.NullMarked;
