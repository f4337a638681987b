import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Runs a text model as fast as its engine can, by the engine's own Java API, with no server around
 * it: what a server on the same machine can reach at most. Prints a line of JSON.
 *
 * <pre>
 * java -cp "target/quarkus-app/lib/boot/*:target/quarkus-app/lib/main/*" src/bench/java/BareLoop.java
 *     onnxruntime|pytorch FOLDER THREADS ROWS TOKENS SECONDS [spin]
 * </pre>
 *
 * <p>The batch is made once; each pass makes its tensors, runs the model and reads nothing back. A
 * third of the time again is run before it counts. With {@code spin} ONNX Runtime's waiting threads
 * spin, which is its default; Ferry turns that off.
 */
public final class BareLoop {

  private static final long SOME_TOKEN = 1_000;
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";

  private BareLoop() {}

  @FunctionalInterface
  private interface Pass {
    void run() throws Exception;
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    int threads = Integer.parseInt(args[2]);
    int rows = Integer.parseInt(args[3]);
    int tokens = Integer.parseInt(args[4]);
    double seconds = Double.parseDouble(args[5]);
    boolean spin = args.length > 6 && args[6].equals("spin");
    switch (args[0]) {
      case "onnxruntime" -> onnxRuntime(folder, threads, spin, rows, tokens, seconds);
      case "pytorch" -> pytorch(folder, threads, rows, tokens, seconds);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static void onnxRuntime(
      Path folder, int threads, boolean spin, int rows, int tokens, double seconds)
      throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      if (!spin) {
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
      }
      try (OrtSession session =
          environment.createSession(folder.resolve("model.onnx").toString(), options)) {
        long[] shape = {rows, tokens};
        measure(
            rows,
            seconds,
            () -> {
              Map<String, OnnxTensor> inputs = new HashMap<>();
              for (String name : session.getInputNames()) {
                inputs.put(
                    name,
                    OnnxTensor.createTensor(
                        environment, LongBuffer.wrap(filled(name, rows * tokens)), shape));
              }
              try (OrtSession.Result result = session.run(inputs)) {
                require(result.size() > 0);
              } finally {
                inputs.values().forEach(OnnxTensor::close);
              }
            });
      }
    }
  }

  private static void pytorch(Path folder, int threads, int rows, int tokens, double seconds)
      throws Exception {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    Engine engine = Engine.getEngine("PyTorch");
    JniUtils.setGradMode(false);
    try (PtNDManager manager = (PtNDManager) engine.newBaseManager(Device.cpu());
        PtSymbolBlock module =
            JniUtils.loadModule(
                manager, folder.resolve("model.pt"), true, new String[0], new String[0], false)) {
      measure(
          rows,
          seconds,
          () -> {
            try (NDManager pass = manager.newSubManager()) {
              String[] names = {IDS, MASK, TYPES};
              IValue[] inputs = new IValue[names.length];
              for (int i = 0; i < names.length; i++) {
                long[] values = filled(names[i], rows * tokens);
                inputs[i] = IValue.from((PtNDArray) pass.create(values, new Shape(rows, tokens)));
              }
              try (IValue output = module.forward(inputs)) {
                require(output.isTensor() || output.isTuple());
              } finally {
                for (IValue input : inputs) {
                  input.close();
                }
              }
            }
          });
    }
  }

  private static long[] filled(String input, int count) {
    long[] values = new long[count];
    Arrays.fill(
        values,
        switch (input) {
          case IDS -> SOME_TOKEN;
          case MASK -> 1;
          default -> 0;
        });
    return values;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalStateException("the model gave nothing");
    }
  }

  private static void measure(int rows, double seconds, Pass pass) throws Exception {
    passes(seconds / 3, pass);
    long start = System.nanoTime();
    long passes = passes(seconds, pass);
    double took = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT, "{\"rows\": %d, \"texts_per_second\": %.1f}%n", rows, passes * rows / took);
  }

  private static long passes(double seconds, Pass pass) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long passes = 0;
    while (System.nanoTime() < end) {
      pass.run();
      passes++;
    }
    return passes;
  }
}
