package io.ferry.server;

import static io.ferry.server.GrpcRequests.filled;
import static io.ferry.server.GrpcRequests.header;
import static io.ferry.server.GrpcRequests.text;
import static io.ferry.server.GrpcRequests.texts;
import static io.ferry.server.GrpcRequests.typed;
import static io.grpc.Status.Code.INTERNAL;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.UNIMPLEMENTED;

import com.google.protobuf.ByteString;
import io.ferry.grpc.wire.InferParameter;
import io.ferry.grpc.wire.ModelInferRequest;
import io.ferry.grpc.wire.ModelInferRequest.InferInputTensor;
import io.ferry.grpc.wire.ModelInferRequest.InferRequestedOutputTensor;
import io.grpc.Status;
import java.util.List;
import java.util.stream.Stream;

/** Every way we know to get a message of {@code ModelInfer} wrong, with what it must get. */
final class GrpcBadRequests {

  private static final String EMBED = "embedder";
  private static final String CLASSIFY = "classifier";
  private static final String RANK = "ranks";
  private static final String TABLE = "table";
  private static final String FAULTY = "faulty";

  /**
   * One wrong message.
   *
   * @param name for the report
   * @param code it is answered with
   * @param says part of the sentence: what a person needs to mend the request
   * @param metadata sent with it, as name, value, name, value
   */
  record BadRequest(
      String name,
      ModelInferRequest request,
      Status.Code code,
      String says,
      List<String> metadata) {
    @Override
    public String toString() {
      return name;
    }
  }

  private GrpcBadRequests() {}

  static Stream<BadRequest> all() {
    return Stream.of(
            models(),
            headers(),
            raw(),
            typedContents(),
            fits(),
            wrongTexts(),
            tokens(),
            outputs(),
            parameters(),
            wrongMetadata())
        .flatMap(it -> it);
  }

  private static BadRequest bad(String name, ModelInferRequest request, String says) {
    return of(name, request, INVALID_ARGUMENT, says);
  }

  private static BadRequest of(
      String name, ModelInferRequest request, Status.Code code, String says) {
    return new BadRequest(name, request, code, says, List.of());
  }

  // ---- which model

  private static Stream<BadRequest> models() {
    return Stream.of(
        of("no such model", texts("nobody", "a"), NOT_FOUND, "there is no model \"nobody\""),
        of("a name of a megabyte", texts("n".repeat(1 << 20), "a"), NOT_FOUND, "nnn…"),
        of(
            "no such version",
            texts(EMBED, "a").toBuilder().setModelVersion("7").build(),
            NOT_FOUND,
            "has no version \"7\""),
        of(
            "a version that is no number",
            texts(EMBED, "a").toBuilder().setModelVersion("latest").build(),
            NOT_FOUND,
            "has no version \"latest\""),
        bad("nothing at all", ModelInferRequest.getDefaultInstance(), "several models"),
        bad("no inputs", typed(EMBED), "input \"text\" is missing"));
  }

  // ---- names, datatypes, shapes

  private static Stream<BadRequest> headers() {
    Stream<BadRequest> notTaken =
        Stream.of("BF16", "INT16", "UINT16", "UINT32", "UINT64")
            .map(
                datatype ->
                    bad(
                        "datatype " + datatype,
                        rawInput(TABLE, header("numbers", datatype, 1, 4), bytes(16)),
                        datatype + ", which Ferry does not take"));
    return Stream.concat(
        notTaken,
        Stream.of(
            bad("an input without a name", typed(EMBED, text("", "a")), "an empty name"),
            bad("no datatype", typed(TABLE, header("numbers", "", 1, 4)), "which there is not"),
            bad("unknown datatype", typed(TABLE, header("numbers", "FP99", 1)), "\"FP99\""),
            bad("lower case", typed(TABLE, header("numbers", "fp32", 1, 4)), "\"fp32\""),
            bad("a negative axis", typed(TABLE, header("numbers", "FP32", -1, 4)), "negative"),
            bad(
                "an axis of 2^62",
                typed(TABLE, header("numbers", "FP32", 1L << 62, 4)),
                "more than 2 GiB"),
            bad(
                "axes whose product overflows 64 bits",
                typed(TABLE, header("numbers", "FP32", 1L << 32, 1L << 32)),
                "more than 2 GiB"),
            bad(
                "axes whose product overflows 32 bits",
                typed(TABLE, header("numbers", "FP32", 65_536, 65_536)),
                "more than 2 GiB"),
            bad(
                "axes that overflow before a zero",
                typed(TABLE, header("numbers", "FP32", 1L << 31, 1L << 31, 0)),
                "more than 2 GiB"),
            bad(
                "33 axes",
                typed(TABLE, header("numbers", "FP32", new long[33])),
                "at most 32 are allowed"),
            bad(
                "a name of a megabyte for an input",
                typed(TABLE, header("i".repeat(1 << 20), "FP99", 1)),
                "iii…")));
  }

  // ---- raw contents

  private static Stream<BadRequest> raw() {
    InferInputTensor numbers = header("numbers", "FP32", 1, 4);
    InferInputTensor text = header("text", "BYTES", 1);
    return Stream.of(
        bad(
            "fewer raw contents than inputs",
            rawInput(RANK, text, GrpcRequests.raw("a")).toBuilder()
                .addInputs(header("query", "BYTES", 1))
                .build(),
            "1 entries for 2 inputs"),
        bad(
            "more raw contents than inputs",
            rawInput(EMBED, text, GrpcRequests.raw("a")).toBuilder()
                .addRawInputContents(bytes(1))
                .build(),
            "2 entries for 1 inputs"),
        bad(
            "raw contents without inputs",
            ModelInferRequest.newBuilder()
                .setModelName(EMBED)
                .addRawInputContents(bytes(1))
                .build(),
            "1 entries for 0 inputs"),
        bad(
            "raw and typed contents",
            rawInput(EMBED, text("text", "a"), GrpcRequests.raw("a")),
            "send one of the two"),
        bad("too few bytes", rawInput(TABLE, numbers, bytes(15)), "15 bytes of data"),
        bad("too many bytes", rawInput(TABLE, numbers, bytes(17)), "17 bytes of data"),
        bad("no bytes", rawInput(TABLE, numbers, ByteString.EMPTY), "0 bytes of data"),
        bad("a length cut off", rawInput(EMBED, text, bytes(3)), "value 0 is cut off"),
        bad(
            "a length beyond the data",
            rawInput(EMBED, text, ByteString.copyFrom(new byte[] {9, 0, 0, 0, 'a'})),
            "value 0 is cut off"),
        bad(
            "a length of 4 GiB",
            rawInput(EMBED, text, ByteString.copyFrom(new byte[] {-1, -1, -1, -1, 'a'})),
            "value 0 is cut off"),
        bad(
            "a length beyond the data in the second value",
            rawInput(EMBED, header("text", "BYTES", 2), GrpcRequests.raw("a").concat(bytes(2))),
            "value 1 is cut off"),
        bad(
            "more texts than the shape takes",
            rawInput(EMBED, text, GrpcRequests.raw("a", "b")),
            "has 2 values, its shape [1] takes 1"),
        bad(
            "fewer texts than the shape takes",
            rawInput(EMBED, header("text", "BYTES", 3), GrpcRequests.raw("a", "b")),
            "has 2 values, its shape [3] takes 3"),
        bad(
            "a shape of two billion texts",
            rawInput(EMBED, header("text", "BYTES", Integer.MAX_VALUE), GrpcRequests.raw("a")),
            "has 1 values"));
  }

  private static ModelInferRequest rawInput(String model, InferInputTensor input, ByteString raw) {
    return ModelInferRequest.newBuilder()
        .setModelName(model)
        .addInputs(input)
        .addRawInputContents(raw)
        .build();
  }

  private static ByteString bytes(int count) {
    return ByteString.copyFrom(new byte[count]);
  }

  // ---- typed contents

  private static Stream<BadRequest> typedContents() {
    return Stream.of(
        bad("no contents", typed(TABLE, header("numbers", "FP32", 1, 4)), "has 0 values"),
        bad(
            "too few values",
            typed(TABLE, filled("numbers", "FP32", it -> it.addFp32Contents(1), 1, 4)),
            "has 1 values, its shape [1, 4] takes 4"),
        bad("too few texts", typed(EMBED, withShape(text("text", "a"), 2)), "has 1 values"),
        bad("too many texts", typed(EMBED, withShape(text("text", "a", "b"), 1)), "has 2 values"),
        bad(
            "numbers in another field",
            typed(TABLE, filled("numbers", "FP32", it -> it.addFp64Contents(1), 1)),
            "go into fp32_contents, not fp64_contents"),
        bad(
            "numbers in two fields",
            typed(
                TABLE, filled("numbers", "FP32", it -> it.addFp32Contents(1).addIntContents(1), 1)),
            "not int_contents"),
        bad(
            "bytes for numbers",
            typed(
                TABLE,
                filled(
                    "numbers", "FP32", it -> it.addBytesContents(ByteString.copyFromUtf8("1")), 1)),
            "not bytes_contents"),
        bad(
            "numbers for bytes",
            typed(EMBED, filled("text", "BYTES", it -> it.addFp32Contents(1), 1)),
            "go into bytes_contents, not fp32_contents"),
        bad("typed FP16", typed(TABLE, header("numbers", "FP16", 1, 4)), "raw_input_contents"),
        bad(
            "128 as INT8",
            typed(TABLE, filled("numbers", "INT8", it -> it.addIntContents(128), 1)),
            "value 0 is 128; INT8 takes -128 to 127"),
        bad(
            "-129 as INT8",
            typed(TABLE, filled("numbers", "INT8", it -> it.addIntContents(-129), 1)),
            "-129"),
        bad(
            "256 as UINT8",
            typed(TABLE, filled("numbers", "UINT8", it -> it.addUintContents(256), 1)),
            "256; UINT8 takes 0 to 255"),
        bad(
            "4294967295 as UINT8",
            typed(TABLE, filled("numbers", "UINT8", it -> it.addUintContents(-1), 1)),
            "4294967295"));
  }

  private static InferInputTensor withShape(InferInputTensor input, long axis) {
    return input.toBuilder().clearShape().addShape(axis).build();
  }

  // ---- what does not fit the model

  private static InferInputTensor numbers(float value, long... shape) {
    long count = 1;
    for (long axis : shape) {
      count *= axis;
    }
    long values = count;
    return filled(
        "numbers",
        "FP32",
        it -> {
          for (int i = 0; i < values; i++) {
            it.addFp32Contents(value);
          }
        },
        shape);
  }

  private static InferInputTensor codes(int rows) {
    return filled(
        "codes",
        "INT64",
        it -> {
          for (int i = 0; i < 2 * rows; i++) {
            it.addInt64Contents(1);
          }
        },
        rows,
        2);
  }

  private static InferInputTensor member() {
    return filled("member", "BOOL", it -> it.addBoolContents(true), 1, 1);
  }

  private static Stream<BadRequest> fits() {
    return Stream.of(
        bad("an input missing", typed(TABLE, numbers(1, 1, 4), codes(1)), "\"member\" is missing"),
        bad(
            "an input that there is not",
            typed(TABLE, numbers(1, 1, 4), codes(1), member(), text("more", "a")),
            "no input \"more\""),
        bad(
            "an input twice",
            typed(TABLE, numbers(1, 1, 4), numbers(1, 1, 4), codes(1), member()),
            "\"numbers\" is there twice"),
        bad(
            "another datatype",
            typed(
                TABLE,
                filled("numbers", "FP64", it -> it.addFp64Contents(1), 1, 1),
                codes(1),
                member()),
            "is FP64, the model takes FP32"),
        bad(
            "texts for numbers",
            typed(TABLE, text("numbers", "a"), codes(1), member()),
            "is BYTES, the model takes FP32"),
        bad(
            "too few axes",
            typed(TABLE, numbers(1, 4), codes(1), member()),
            "has the shape [4], the model takes [-1, 4]"),
        bad(
            "too many axes",
            typed(TABLE, numbers(1, 1, 1, 4), codes(1), member()),
            "has the shape [1, 1, 4]"),
        bad(
            "an axis of another length",
            typed(TABLE, numbers(1, 1, 5), codes(1), member()),
            "has the shape [1, 5]"),
        bad(
            "different numbers of rows",
            typed(TABLE, numbers(1, 1, 4), codes(2), member()),
            "input \"codes\" 2; all inputs need as many"),
        bad("no number", typed(TABLE, numbers(Float.NaN, 1, 4), codes(1), member()), "not finite"),
        bad(
            "an infinite number",
            typed(TABLE, numbers(Float.NEGATIVE_INFINITY, 1, 4), codes(1), member()),
            "not finite"),
        bad(
            "a truth value of 2",
            ModelInferRequest.newBuilder()
                .setModelName(TABLE)
                .addInputs(header("numbers", "FP32", 1, 4))
                .addInputs(header("codes", "INT64", 1, 2))
                .addInputs(header("member", "BOOL", 1, 1))
                .addRawInputContents(bytes(16))
                .addRawInputContents(bytes(16))
                .addRawInputContents(ByteString.copyFrom(new byte[] {2}))
                .build(),
            "neither 0 nor 1"),
        of(
            "the model fails on it",
            typed(FAULTY, ids("input_ids", 7)),
            INTERNAL,
            "the server's log has the cause under"));
  }

  // ---- texts

  private static Stream<BadRequest> wrongTexts() {
    return Stream.of(
        bad("no rows", typed(EMBED, text("text")), "empty list"),
        bad("an empty text", texts(EMBED, ""), "the text is empty"),
        bad("an empty text among others", texts(EMBED, "a", "", "b"), "row 1: the text is empty"),
        bad("a text that is too long", texts(EMBED, "word ".repeat(3_000)), "tokens"),
        bad(
            "a text of 100001 characters",
            texts(EMBED, "x".repeat(100_001)),
            "at most 100000 are allowed"),
        bad(
            "a text that is not UTF-8",
            typed(
                EMBED,
                filled(
                    "text",
                    "BYTES",
                    it -> it.addBytesContents(ByteString.copyFrom(new byte[] {-1, -2})),
                    1)),
            "value 0 is no text in UTF-8"),
        bad("257 rows", texts(EMBED, "a ".repeat(257).split(" ")), "at most 256 are allowed"),
        bad("texts in a square", typed(EMBED, square()), "has the shape [2, 2]"),
        bad("a text as numbers", typed(EMBED, ids("text", 1)), "the model takes BYTES"),
        bad(
            "a pair for an embedder",
            typed(EMBED, text("text", "a"), text("text_pair", "b")),
            "no input \"text_pair\""),
        bad("no query", texts(RANK, "a"), "\"query\" is missing"),
        bad(
            "one query for two texts",
            typed(RANK, text("query", "q"), text("text", "a", "b")),
            "all inputs need as many"),
        bad("texts for numbers by name", texts(TABLE, "a"), "takes"));
  }

  private static InferInputTensor square() {
    return text("text", "a", "b", "c", "d").toBuilder()
        .clearShape()
        .addShape(2)
        .addShape(2)
        .build();
  }

  private static InferInputTensor ids(String name, long... ids) {
    return filled(
        name,
        "INT64",
        it -> {
          for (long id : ids) {
            it.addInt64Contents(id);
          }
        },
        1,
        ids.length);
  }

  // ---- tokens

  private static Stream<BadRequest> tokens() {
    return Stream.of(
        bad(
            "tokens and texts",
            typed(EMBED, ids("input_ids", 2, 3), text("text", "a")),
            "no input \"text\""),
        bad(
            "a mask with a hole",
            typed(EMBED, ids("input_ids", 2, 89, 3), ids("attention_mask", 1, 0, 1)),
            "a 0 between its 1s"),
        bad(
            "a mask of zeros",
            typed(EMBED, ids("input_ids", 2, 89, 3), ids("attention_mask", 0, 0, 0)),
            "has no 1"),
        bad(
            "a mask of twos",
            typed(EMBED, ids("input_ids", 2, 89, 3), ids("attention_mask", 2, 2, 2)),
            "allowed are 0 and 1"),
        bad(
            "a mask of another length",
            typed(EMBED, ids("input_ids", 2, 89, 3), ids("attention_mask", 1, 1)),
            "they must be alike"),
        bad(
            "millions of rows of no tokens",
            typed(EMBED, header("input_ids", "INT64", 268_435_455, 0)),
            "has the shape [268435455, 0]; a row has at least one token"),
        bad(
            "millions of rows of no tokens, raw",
            rawInput(EMBED, header("input_ids", "INT64", 268_435_455, 0), ByteString.EMPTY),
            "has the shape [268435455, 0]; a row has at least one token"),
        bad("a token that there is not", typed(EMBED, ids("input_ids", 2, 999_999, 3)), "999999"),
        bad("a negative token", typed(EMBED, ids("input_ids", 2, -1, 3)), "-1"),
        bad(
            "tokens as INT32",
            typed(EMBED, filled("input_ids", "INT32", it -> it.addIntContents(2), 1, 1)),
            "the model takes INT64"));
  }

  // ---- outputs

  private static Stream<BadRequest> outputs() {
    return Stream.of(
        bad("an output that there is not", asks(EMBED, "logits"), "has no output \"logits\""),
        bad("an output without a name", asks(EMBED, ""), "has no output \"\""),
        bad("an output twice", asks(CLASSIFY, "score", "score"), "\"score\" is asked for twice"),
        bad(
            "classes of texts",
            asksClasses("label", InferParameter.newBuilder().setInt64Param(1).build()),
            "only numbers"),
        bad(
            "a negative number of classes",
            asksClasses("logits", InferParameter.newBuilder().setInt64Param(-1).build()),
            "must be 0 or more"),
        bad(
            "classes as text",
            asksClasses("logits", InferParameter.newBuilder().setStringParam("1").build()),
            "must be a whole number"),
        bad(
            "an unknown parameter of an output",
            texts(CLASSIFY, "a").toBuilder()
                .addOutputs(
                    InferRequestedOutputTensor.newBuilder()
                        .setName("logits")
                        .putParameters("top", InferParameter.newBuilder().setInt64Param(1).build()))
                .build(),
            "unknown parameter \"top\" of output \"logits\""));
  }

  private static ModelInferRequest asks(String model, String... outputs) {
    ModelInferRequest.Builder request = texts(model, "a").toBuilder();
    for (String output : outputs) {
      request.addOutputs(InferRequestedOutputTensor.newBuilder().setName(output));
    }
    return request.build();
  }

  private static ModelInferRequest asksClasses(String output, InferParameter classes) {
    return texts(CLASSIFY, "a").toBuilder()
        .addOutputs(
            InferRequestedOutputTensor.newBuilder()
                .setName(output)
                .putParameters("classification", classes))
        .build();
  }

  // ---- parameters

  private static Stream<BadRequest> parameters() {
    return Stream.of(
        bad("an unknown parameter", with("beam", whole(1)), "unknown parameter \"beam\""),
        bad(
            "a parameter without a value",
            with("priority", InferParameter.getDefaultInstance()),
            "has no value"),
        bad("a negative priority", with("priority", whole(-1)), "must be 0 or more"),
        bad(
            "a priority as text",
            with("priority", InferParameter.newBuilder().setStringParam("high").build()),
            "must be a whole number"),
        bad(
            "a priority over 2^63",
            with("priority", InferParameter.newBuilder().setUint64Param(-1).build()),
            "must be a whole number"),
        bad("a negative timeout", with("timeout", whole(-5)), "must be 0 or more"),
        bad(
            "a timeout with a fraction",
            with("timeout", InferParameter.newBuilder().setDoubleParam(0.5).build()),
            "must be a whole number"),
        bad(
            "a timeout as truth value",
            with("timeout", InferParameter.newBuilder().setBoolParam(true).build()),
            "must be a whole number"),
        of("a sequence", with("sequence_id", whole(1)), UNIMPLEMENTED, "sequence_id"),
        of(
            "shared memory of an input",
            typed(
                EMBED,
                text("text", "a").toBuilder()
                    .putParameters(
                        "shared_memory_region",
                        InferParameter.newBuilder().setStringParam("r").build())
                    .build()),
            UNIMPLEMENTED,
            "shares no memory"),
        of(
            "shared memory of an output",
            texts(EMBED, "a").toBuilder()
                .addOutputs(
                    InferRequestedOutputTensor.newBuilder()
                        .setName("embedding")
                        .putParameters("shared_memory_byte_size", whole(1)))
                .build(),
            UNIMPLEMENTED,
            "shares no memory"),
        bad(
            "an unknown parameter of an input",
            typed(EMBED, text("text", "a").toBuilder().putParameters("x", whole(1)).build()),
            "unknown parameter \"x\" of input \"text\""));
  }

  private static InferParameter whole(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  private static ModelInferRequest with(String name, InferParameter parameter) {
    return texts(EMBED, "a").toBuilder().putParameters(name, parameter).build();
  }

  // ---- metadata

  private static Stream<BadRequest> wrongMetadata() {
    return Stream.of(
            List.of("x-priority", "soon", "must be a whole number"),
            List.of("x-priority", "10", "allowed is 0 to 9"),
            List.of("x-priority", "-1", "allowed is 0 to 9"),
            List.of("x-request-timeout-ms", "1.5", "must be a whole number"),
            List.of("x-request-timeout-ms", "0", "at least 1 ms"))
        .map(
            it ->
                new BadRequest(
                    it.get(0) + ": " + it.get(1),
                    texts(EMBED, "a"),
                    INVALID_ARGUMENT,
                    it.get(2),
                    it.subList(0, 2)));
  }
}
