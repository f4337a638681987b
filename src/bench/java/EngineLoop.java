import io.ferry.batching.Batch;
import io.ferry.batching.ModelInstance;
import io.ferry.batching.PassResult;
import io.ferry.batching.Sample;
import io.ferry.engine.Engine;
import io.ferry.engine.OnePyTorch;
import io.ferry.engine.RowLayout;
import io.ferry.engine.aoti.AotInductorEngine;
import io.ferry.engine.aoti.SharedLibtorch;
import io.ferry.engine.djl.TorchScriptEngine;
import io.ferry.engine.onnx.OnnxRuntimeEngine;
import io.ferry.inference.Encoding;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs a text model on one of Ferry's engines, through the port that the server uses, with no
 * server around it: packing, the pass and reading back. Prints a line of JSON for each shape.
 *
 * <pre>
 * java -cp "target/quarkus-app/lib/boot/*:target/quarkus-app/lib/main/*:target/quarkus-app/app/*"
 *     src/bench/java/EngineLoop.java onnxruntime|pytorch|aotinductor FOLDER LIBTORCH THREADS SECONDS
 *     ROWSxTOKENS...
 * </pre>
 *
 * <p>A third of the time again is run before it counts. {@code -Ddevice=gpu:0} names another device
 * than the processor.
 */
public final class EngineLoop {

  private static final long SOME_TOKEN = 1_000;

  private EngineLoop() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    String device = System.getProperty("device", "cpu");
    int threads = Integer.parseInt(args[3]);
    double seconds = Double.parseDouble(args[4]);
    Engine engine =
        switch (args[0]) {
          case "onnxruntime" -> new OnnxRuntimeEngine(device, threads);
          case "pytorch" -> new TorchScriptEngine(device, threads);
          case "aotinductor" ->
              new AotInductorEngine(
                  device,
                  threads,
                  new SharedLibtorch(Optional.of(Path.of(args[2])), new OnePyTorch()));
          default -> throw new IllegalArgumentException(args[0]);
        };
    Path file = Path.of(args[1]).resolve(engine.file());
    try (ModelInstance lane = engine.open(file, new RowLayout.Tokens(0), 1).lanes().getFirst()) {
      for (String shape : Arrays.copyOfRange(args, 5, args.length)) {
        String[] sizes = shape.split("x");
        int rows = Integer.parseInt(sizes[0]);
        Batch batch = batch(rows, Integer.parseInt(sizes[1]));
        passes(lane, batch, seconds / 3);
        long start = System.nanoTime();
        long passes = passes(lane, batch, seconds);
        double took = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "{\"shape\": \"%s\", \"texts_per_second\": %.1f}%n",
            shape,
            passes * rows / took);
      }
    }
  }

  private static Batch batch(int rows, int tokens) {
    long[] ids = new long[tokens];
    Arrays.fill(ids, SOME_TOKEN);
    List<Sample> samples =
        Stream.generate(() -> new Sample(new Encoding(ids))).limit(rows).toList();
    return new Batch(samples);
  }

  private static long passes(ModelInstance lane, Batch batch, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long passes = 0;
    while (System.nanoTime() < end) {
      if (!(lane.forward(batch) instanceof PassResult.Done)) {
        throw new IllegalStateException("a pass failed");
      }
      passes++;
    }
    return passes;
  }
}
