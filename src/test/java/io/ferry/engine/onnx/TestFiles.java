package io.ferry.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.Sample;
import io.ferry.engine.EngineModel;
import io.ferry.engine.RowLayout;
import io.ferry.inference.Datatype;
import io.ferry.inference.Encoding;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import io.ferry.model.ModelLoadException;
import io.ferry.model.TensorSpec;
import java.nio.file.Path;
import java.util.List;

/** The files that onnx_models.py makes, and how tests run them. */
final class TestFiles {

  static final RowLayout TOKENS = new RowLayout.Tokens(0);

  /** One input of three float32 numbers, as most of the files have. */
  static final RowLayout THREE_FLOATS = tensors(new TensorSpec("x", Datatype.FP32, List.of(-1, 3)));

  private TestFiles() {}

  static Path file(String name) {
    return Path.of("src", "test", "resources", "onnx", name + ".onnx");
  }

  static RowLayout tensors(TensorSpec... inputs) {
    return new RowLayout.Tensors(List.of(inputs));
  }

  static EngineModel open(String name, RowLayout layout) throws ModelLoadException {
    return new OnnxRuntimeEngine("cpu", 1).open(file(name), layout, 1);
  }

  static ModelInstance lane(String name, RowLayout layout) throws ModelLoadException {
    return open(name, layout).lanes().getFirst();
  }

  /** The answers to rows of one batch, in their order. */
  static List<Prediction> run(ModelInstance instance, List<? extends ModelInput> rows) {
    List<Sample> samples = rows.stream().map(Sample::new).toList();
    assertInstanceOf(PassResult.Done.class, instance.forward(new Batch(samples)));
    return samples.stream().map(sample -> sample.answer().orElseThrow()).toList();
  }

  static Batch batch(List<? extends ModelInput> rows) {
    return new Batch(rows.stream().map(Sample::new).toList());
  }

  static Encoding encoding(long... ids) {
    return new Encoding(ids);
  }
}
