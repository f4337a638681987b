/**
 * gRPC, on a port of its own: the Open Inference Protocol's {@code inference.GRPCInferenceService}
 * and the health protocol {@code grpc.health.v1}. Translates to and from {@link
 * io.ferry.openinference} and decides nothing. The messages in {@code io.ferry.grpc.wire} are
 * generated from {@code src/main/proto}.
 */
@NullMarked
package io.ferry.grpc;

import org.jspecify.annotations.NullMarked;
