package io.ferry.rest.embeddings;

import io.ferry.inference.ModelChoice;
import io.ferry.model.ModelSpec;
import io.ferry.model.RequestLimits;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.TimingHeaders;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall;
import io.ferry.rest.Json;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * A call on its way through the endpoint that all protocols share. The answer gets TEI's headers
 * beside Ferry's.
 *
 * @param model the model that the address names
 * @param call what the body asks
 * @param computeType what runs the model, such as {@code cpu}
 */
record TextInference(ModelChoice model, TextCall call, String computeType)
    implements InferenceCall {

  @Override
  public Rows rows(ModelSpec spec, RequestLimits limits) throws MalformedException, UnfitException {
    return call.rows(spec);
  }

  @Override
  public String nameOf(int row) {
    return call.nameOf(row);
  }

  @Override
  public Response.ResponseBuilder answer(Answered answered) throws UnfitException {
    return Response.ok(Json.bytes(call.answer(answered)), MediaType.APPLICATION_JSON_TYPE)
        .header("x-compute-type", computeType)
        .header("x-compute-time", TimingHeaders.millis(answered.totalNanos()))
        .header("x-compute-characters", call.characters())
        .header("x-compute-tokens", answered.tokens())
        .header("x-tokenization-time", TimingHeaders.millis(answered.encodingNanos()));
  }
}
