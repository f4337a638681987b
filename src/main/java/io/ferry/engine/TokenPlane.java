package io.ferry.engine;

import io.ferry.batching.Batch;
import io.ferry.batching.Row;
import io.ferry.inference.Datatype;
import io.ferry.inference.Encoding;
import io.ferry.model.ModelLoadException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A matrix [rows, longest] of tokens. The names are those that the transformers library gives to
 * the inputs of its models.
 */
final class TokenPlane implements InputPlane {

  private enum Kind {
    INPUT_IDS("input_ids"),
    ATTENTION_MASK("attention_mask"),
    TOKEN_TYPE_IDS("token_type_ids");

    private final String input;

    Kind(String input) {
      this.input = input;
    }

    static Optional<Kind> of(String input) {
      return Stream.of(values()).filter(kind -> kind.input.equals(input)).findFirst();
    }
  }

  private final Kind kind;
  private final Datatype datatype;
  private final RowLayout.Tokens layout;
  private final ReusedBuffer buffer;

  private TokenPlane(Kind kind, Datatype datatype, RowLayout.Tokens layout, BufferSource buffers) {
    this.buffer = new ReusedBuffer(buffers);
    this.kind = kind;
    this.datatype = datatype;
    this.layout = layout;
  }

  static List<InputPlane> of(
      RowLayout.Tokens layout, List<WantedInput> wanted, BufferSource buffers)
      throws ModelLoadException {
    List<InputPlane> planes = new ArrayList<>(wanted.size());
    for (WantedInput input : wanted) {
      Kind kind =
          Kind.of(input.name())
              .orElseThrow(
                  () ->
                      new ModelLoadException(
                          "the model takes an input \"%s\"; a model with a tokenizer gets %s"
                              .formatted(input.name(), names())));
      Datatype datatype = input.datatype().orElse(Datatype.INT64);
      if (datatype != Datatype.INT64 && datatype != Datatype.INT32) {
        throw new ModelLoadException(
            "the model takes %s as %s; tokens are INT64 or INT32"
                .formatted(input.name(), datatype));
      }
      planes.add(new TokenPlane(kind, datatype, layout, buffers));
    }
    if (wanted.stream().noneMatch(input -> input.name().equals(Kind.INPUT_IDS.input))) {
      throw new ModelLoadException("the model does not take input_ids, so it cannot read texts");
    }
    return List.copyOf(planes);
  }

  private static String names() {
    return Stream.of(Kind.values()).map(kind -> kind.input).collect(Collectors.joining(", "));
  }

  @Override
  public PackedTensor pack(Batch batch) {
    int longest = batch.longest();
    ByteBuffer data = buffer.clear((long) longest * batch.size() * datatype.bytes());
    for (Row row : batch.rows()) {
      // The encoder of a model with a tokenizer gives nothing else.
      Encoding encoding = (Encoding) row.input();
      for (int token = 0; token < encoding.length(); token++) {
        put(
            data,
            switch (kind) {
              case INPUT_IDS -> encoding.tokenIds()[token];
              case ATTENTION_MASK -> 1;
              case TOKEN_TYPE_IDS -> encoding.typeIds()[token];
            });
      }
      pad(data, longest - encoding.length());
    }
    return new PackedTensor(kind.input, datatype, new long[] {batch.size(), longest}, data.flip());
  }

  private void pad(ByteBuffer data, int tokens) {
    long value = kind == Kind.INPUT_IDS ? layout.padTokenId() : 0;
    for (int i = 0; i < tokens; i++) {
      put(data, value);
    }
  }

  private void put(ByteBuffer data, long value) {
    if (datatype == Datatype.INT64) {
      data.putLong(value);
    } else {
      data.putInt((int) value);
    }
  }
}
