package io.ferry.rest.openinference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.openinference.InferResponse;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.UnfitException;
import jakarta.ws.rs.core.Response;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers byte for byte. */
class InferAnswerTest {

  private static final OutputForms JSON = new OutputForms(false, Map.of());

  private static Response answer(OutputForms forms, WireTensor... outputs) throws Exception {
    return InferAnswer.of(new InferResponse("m", "2", Optional.of("id ☃"), List.of(outputs)), forms)
        .build();
  }

  private static String body(Response response) {
    return new String((byte[]) response.getEntity(), UTF_8);
  }

  private static WireTensor bytes(byte[]... values) {
    return new WireTensor.Bytes("b", new int[] {values.length}, List.of(values));
  }

  private static WireTensor numbers(Datatype datatype, int... bytes) {
    ByteBuffer data = ByteBuffer.allocate(bytes.length);
    for (int each : bytes) {
      data.put((byte) each);
    }
    return new WireTensor.Numbers(
        "n", new Tensor(datatype, new int[] {bytes.length / datatype.bytes(), 1}, data.flip()));
  }

  @Test
  void inJson() throws Exception {
    assertEquals(
        """
        {"model_name":"m","model_version":"2","id":"id ☃","outputs":[\
        {"name":"n","datatype":"UINT8","shape":[2,1],"data":[255,1]},\
        {"name":"b","datatype":"BYTES","shape":[1],"data":["ö"]}]}""",
        body(answer(JSON, numbers(Datatype.UINT8, 255, 1), bytes("ö".getBytes(UTF_8)))));
  }

  @Test
  void inBinary() throws Exception {
    String json =
        """
        {"model_name":"m","model_version":"2","id":"id ☃","outputs":[\
        {"name":"n","datatype":"UINT8","shape":[2,1],"parameters":{"binary_data_size":2}},\
        {"name":"b","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":6}}]}""";

    Response answer =
        answer(OutputForms.BINARY, numbers(Datatype.UINT8, 255, 1), bytes("ö".getBytes(UTF_8)));

    assertArrayEquals(
        WireForm.together(
            List.of(
                json.getBytes(UTF_8),
                new byte[] {(byte) 255, 1, 2, 0, 0, 0, (byte) 0xc3, (byte) 0xb6})),
        (byte[]) answer.getEntity());
    assertEquals(
        Integer.toString(json.getBytes(UTF_8).length),
        answer.getHeaderString("Inference-Header-Content-Length"));
    assertEquals("application/octet-stream", answer.getMediaType().toString());
  }

  @Test
  void truthIsWrittenAsSuch() throws Exception {
    assertEquals(
        "[true,false]",
        WireForm.json(body(answer(JSON, numbers(Datatype.BOOL, 1, 0))))
            .path("outputs")
            .path(0)
            .path("data")
            .toString());
  }

  @Test
  void bytesThatAreNoTextAreWrittenInBase64AndSaySo() throws Exception {
    assertEquals(
        "{\"name\":\"b\",\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{\"content_type\":\"base64\"},\"data\":[\"YQ==\",\"/w==\"]}",
        WireForm.json(body(answer(JSON, bytes(new byte[] {'a'}, new byte[] {(byte) 0xff}))))
            .path("outputs")
            .path(0)
            .toString());
  }

  @Test
  void halvesHaveNoFormInJson() throws Exception {
    WireTensor half = numbers(Datatype.FP16, 0, 60);

    assertEquals(
        "output \"n\" is FP16, which has no form in JSON; ask for it with binary_data",
        assertThrows(UnfitException.class, () -> answer(JSON, half)).outcome().message());
    assertEquals(
        "application/octet-stream",
        answer(new OutputForms(false, Map.of("n", true)), half).getMediaType().toString());
  }
}
