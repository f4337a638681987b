package io.ferry.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.inference.AnswerSize;
import io.ferry.inference.Datatype;
import io.ferry.inference.ModelChoice;
import io.ferry.inference.Outcome;
import io.ferry.inference.Prediction;
import io.ferry.inference.Tensor;
import io.ferry.inference.Timings;
import io.ferry.model.ModelSpec;
import io.ferry.openinference.InferRequest.RequestedOutput;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.UnfitException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the conformance suite does not reach of answers. */
class InferOutputsTest {

  private static InferRequest asks(RequestedOutput... outputs) {
    return new InferRequest(
        Optional.of("7"),
        ModelChoice.DEFAULT,
        List.of(),
        List.of(outputs),
        Optional.empty(),
        OptionalLong.empty());
  }

  private static Answered answered(ModelSpec model, Prediction... rows) {
    return new Answered(
        model,
        Arrays.stream(rows)
            .map(row -> new Outcome.Completed(row, new Timings(0, 0, rows.length)))
            .toList(),
        1,
        0,
        1);
  }

  private static List<String> names(InferResponse response) {
    return response.outputs().stream().map(WireTensor::name).toList();
  }

  @Test
  void anAnswerWithAVectorForEachTokenIsLarge() {
    ModelSpec tokens = Models.named("tokens");

    assertEquals(new AnswerSize(24, true), InferOutputs.size(asks(), tokens, name -> 4));
    assertEquals(
        new AnswerSize(24, true),
        InferOutputs.size(asks(new RequestedOutput("token_embeddings", 0)), tokens, name -> 4));
    assertEquals(
        AnswerSize.SMALL,
        InferOutputs.size(asks(new RequestedOutput("attention_mask", 0)), tokens, name -> 4));
    assertEquals(AnswerSize.SMALL, InferOutputs.size(asks(), Models.named("embedder"), name -> 4));
  }

  @Test
  void outputsThatNobodyNamedGoByTheirPlace() throws Exception {
    ModelSpec model = Models.withoutOutputs("x FP32 [-1,2]");
    Answered answer = answered(model, new Prediction(List.of(Tensor.of(1), Tensor.of(2, 3))));

    assertEquals(List.of("output_0", "output_1"), names(InferOutputs.of(asks(), answer)));
    assertEquals(
        List.of("output_1"),
        names(InferOutputs.of(asks(new RequestedOutput("output_1", 0)), answer)));
    assertEquals(
        "model \"untold\" has no output \"y\"; it has output_0, output_1",
        assertThrows(
                UnfitException.class,
                () -> InferOutputs.of(asks(new RequestedOutput("y", 0)), answer))
            .outcome()
            .message());
  }

  @Test
  void aModelThatGivesMoreThanItsFilesSayKeepsNothingBack() throws Exception {
    Answered answer =
        answered(
            Models.named("x FP32 [-1,1]"), new Prediction(List.of(Tensor.of(1), Tensor.of(2))));

    assertEquals(List.of("x", "output_1"), names(InferOutputs.of(asks(), answer)));
  }

  @Test
  void rowsOfDifferentShapesAreNoTensor() {
    Answered answer =
        answered(Models.named("x FP32 [-1,-1]"), Prediction.of(1, 2), Prediction.of(1, 2, 3));

    assertEquals(
        "output \"x\" has the shape [2] for one row and [3] for another; send rows one by one",
        assertThrows(UnfitException.class, () -> InferOutputs.of(asks(), answer))
            .outcome()
            .message());
  }

  @Test
  void theOnlyRowIsNotCopied() throws Exception {
    Tensor row = Tensor.of(1, 2);
    InferResponse response =
        InferOutputs.of(
            asks(), answered(Models.named("x FP32 [-1,2]"), new Prediction(List.of(row))));

    WireTensor.Numbers output = (WireTensor.Numbers) response.outputs().getFirst();
    assertSame(row.data().array(), output.tensor().data().array());
    assertEquals("[1, 2]", Arrays.toString(output.shape()));
    assertEquals(Optional.of("7"), response.id());
  }

  @Test
  void textsAreNoClasses() {
    Answered answer = answered(Models.named("classifier"), Prediction.of(1, 2, 3));

    assertEquals(
        "output \"label\" is BYTES; only numbers can be asked for as classes",
        assertThrows(
                UnfitException.class,
                () -> InferOutputs.of(asks(new RequestedOutput("label", 2)), answer))
            .outcome()
            .message());
  }

  /** 4096 rows of one long text each: more than an array holds. */
  @Test
  void anAnswerThatIsTooLargeIsRefusedBeforeItTakesMemory() {
    Tensor tokens =
        new Tensor(Datatype.FP32, new int[] {65_536, 2}, ByteBuffer.allocate(65_536 * 2 * 4));
    Prediction[] rows = new Prediction[4096];
    Arrays.fill(rows, new Prediction(List.of(tokens)));

    assertEquals(
        "output \"token_embeddings\" of the shape [4096, 65536, 2] would take more than 2 GiB; send fewer rows at once",
        assertThrows(
                UnfitException.class,
                () -> InferOutputs.of(asks(), answered(Models.named("tokens"), rows)))
            .outcome()
            .message());
  }
}
