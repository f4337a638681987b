/**
 * HTTP: {@code POST /process}, and what all protocols over HTTP share (bodies with a limit, timings
 * as headers, request ids). Translates to and from {@link io.ferry.pipeline.InferencePipeline} and
 * decides nothing.
 */
@NullMarked
package io.ferry.rest;

import org.jspecify.annotations.NullMarked;
