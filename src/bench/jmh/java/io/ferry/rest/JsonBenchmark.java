package io.ferry.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ferry.inference.Datatype;
import io.ferry.inference.Tensor;
import io.ferry.model.TensorSpec;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one vector costs as JSON: Ferry's way, and Jackson's databind as the peer, which is what a
 * server gets that hands its objects to the framework.
 *
 * <p>{@code ./mvnw -Pjmh process-classes -Djmh.args=JsonBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class JsonBenchmark {

  private static final long SEED = 7;

  /** The numbers of a vector. */
  @Param({"384", "768"})
  public int numbers;

  private final ObjectMapper databind = new ObjectMapper();
  private float[] vector = {};
  private List<Float> boxed = List.of();
  private byte[] json = {};
  private byte[] base64 = {};
  private TensorSpec spec = new TensorSpec("vector", Datatype.FP32, List.of(-1, 1));

  /** A vector as embedders give it: of length 1. */
  @Setup
  public void vector() {
    Random random = new Random(SEED);
    vector = new float[numbers];
    double squares = 0;
    for (int i = 0; i < numbers; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    boxed = new ArrayList<>(numbers);
    for (int i = 0; i < numbers; i++) {
      vector[i] /= (float) Math.sqrt(squares);
      boxed.add(vector[i]);
    }
    json = writeJson();
    base64 = writeBase64();
    spec = new TensorSpec("vector", Datatype.FP32, List.of(-1, numbers));
  }

  // ---- numbers

  /** As embeddings are answered. */
  @Benchmark
  public byte[] writeJson() {
    return Json.bytes(out -> Json.write(vector, out));
  }

  /** The peer, with an array. */
  @Benchmark
  public byte[] writeJsonDatabindArray() throws JsonProcessingException {
    return databind.writeValueAsBytes(vector);
  }

  /** The peer, with a list of boxes. */
  @Benchmark
  public byte[] writeJsonDatabindList() throws JsonProcessingException {
    return databind.writeValueAsBytes(boxed);
  }

  /** As a row of numbers is read for a model without a tokenizer. */
  @Benchmark
  public Tensor readJson() throws IOException, MalformedException, UnfitException {
    return TensorJson.read(spec, Json.parse(json), "input").tensors().getFirst();
  }

  /** The peer, to an array. */
  @Benchmark
  public float[] readJsonDatabindArray() throws IOException {
    return databind.readValue(json, float[].class);
  }

  /** The peer, to what a tree is made of. */
  @Benchmark
  public Object readJsonDatabindTree() throws IOException {
    return databind.readTree(json);
  }

  // ---- base64

  /** As embeddings are answered. */
  @Benchmark
  public byte[] writeBase64() {
    return Json.bytes(out -> Json.writeBase64(vector, out));
  }

  /** The peer, with a text. */
  @Benchmark
  public byte[] writeBase64Databind() throws JsonProcessingException {
    return databind.writeValueAsBytes(Base64.getEncoder().encodeToString(bytes()));
  }

  /** As a client reads it. */
  @Benchmark
  public float[] readBase64Databind() throws IOException {
    byte[] bytes = Base64.getDecoder().decode(databind.readValue(base64, String.class));
    float[] read = new float[numbers];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(read);
    return read;
  }

  private byte[] bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(numbers * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }
}
