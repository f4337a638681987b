package io.ferry.engine.folder;

import io.ferry.engine.RowLayout;
import io.ferry.engine.Tokenizer;
import io.ferry.inference.Datatype;
import io.ferry.inference.Input;
import io.ferry.inference.Tensor;
import io.ferry.model.Encoder;
import io.ferry.model.ModelLoadException;
import io.ferry.model.Rerank;
import io.ferry.model.Signature;
import io.ferry.model.Task;
import io.ferry.model.Tensors;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a model is made for, and what surrounds the file that runs. */
sealed interface Content {

  Task task();

  RowLayout layout();

  /** The longest row. */
  int maxTokens();

  /** An input that the model surely takes. */
  Input example();

  /**
   * Makes rows of inputs.
   *
   * @param file what the file that runs takes and gives
   */
  Encoder encoder(Signature file) throws ModelLoadException;

  /** Which of the signatures is the model's: that of its folder or that of the file that runs. */
  Signature signature(Signature file);

  /**
   * Texts.
   *
   * @param path of tokenizer.json
   */
  record OfTexts(TextModel model, Tokenizer.Factory tokenizers, Path path) implements Content {

    private static final String EXAMPLE = "Ferry carries many small loads across in one trip.";

    @Override
    public Task task() {
      return model.task();
    }

    @Override
    public RowLayout layout() {
      return model.layout();
    }

    @Override
    public int maxTokens() {
      return model.maxTokens();
    }

    @Override
    public Input example() {
      return model.task() instanceof Rerank
          ? new Input.Pair(EXAMPLE, EXAMPLE)
          : new Input.Text(EXAMPLE);
    }

    @Override
    public Encoder encoder(Signature file) throws ModelLoadException {
      boolean typed = file.inputs().stream().anyMatch(it -> it.name().equals("token_type_ids"));
      return new TextEncoder(tokenizers.open(path), typed ? model : model.untyped());
    }

    @Override
    public Signature signature(Signature file) {
      return file;
    }
  }

  /** Numbers. */
  record OfTensors(SignatureFile described) implements Content {

    @Override
    public Task task() {
      return new Tensors();
    }

    @Override
    public RowLayout layout() {
      return new RowLayout.Tensors(described.signature().inputs());
    }

    @Override
    public int maxTokens() {
      return 1;
    }

    @Override
    public Input example() {
      List<Input.Named> zeros = new ArrayList<>();
      for (int i = 0; i < described.examples().size(); i++) {
        var input = described.signature().inputs().get(i);
        zeros.add(
            new Input.Named(input.name(), zeros(input.datatype(), described.examples().get(i))));
      }
      return new Input.Tensors(zeros);
    }

    private static Tensor zeros(Datatype datatype, List<Integer> lengths) {
      int[] shape = lengths.stream().mapToInt(Integer::intValue).toArray();
      int elements = 1;
      for (int axis : shape) {
        elements = Math.multiplyExact(elements, axis);
      }
      return new Tensor(
          datatype, shape, ByteBuffer.allocate(Math.multiplyExact(elements, datatype.bytes())));
    }

    @Override
    public Encoder encoder(Signature file) {
      return new TensorEncoder(described.signature().inputs());
    }

    @Override
    public Signature signature(Signature file) {
      // A signature.json need not name the outputs; the model's file may.
      return described.signature().outputs().isEmpty()
          ? new Signature(described.signature().inputs(), file.outputs())
          : described.signature();
    }
  }
}
