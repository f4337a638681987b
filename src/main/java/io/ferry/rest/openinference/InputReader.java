package io.ferry.rest.openinference;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import io.ferry.openinference.Parameters;
import io.ferry.openinference.TensorHeader;
import io.ferry.openinference.WireTensor;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.Quotation;
import io.ferry.protocol.UnfitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the inputs of a request, one after the other, and what each has of the binary data. */
final class InputReader {

  private static final List<String> FIELDS =
      List.of("name", "shape", "datatype", "parameters", "data");
  private static final String BINARY_DATA_SIZE = "binary_data_size";
  private static final int USUAL_AXES = 4;

  /** Opens a value that the parser has passed by. */
  @FunctionalInterface
  interface Reopening {
    /**
     * A parser for the value alone.
     *
     * @param from where it begins in the body
     * @param to where it ends, exclusive
     */
    JsonParser open(int from, int to) throws IOException;
  }

  private final JsonParser json;
  private final Reopening again;
  private final byte[] body;
  private final int jsonEnd;
  private final boolean binary;
  private int binaryUsed;

  /**
   * For the inputs of one request.
   *
   * @param json at the first token of a list of inputs when the first is read
   * @param again for data that come before what says how to read them
   * @param jsonEnd where in the body the JSON ends
   * @param binary whether the request says that binary data follow
   */
  InputReader(JsonParser json, Reopening again, byte[] body, int jsonEnd, boolean binary) {
    this.json = json;
    this.again = again;
    this.body = body;
    this.jsonEnd = jsonEnd;
    this.binary = binary;
  }

  /** Reads one input; the parser is at its beginning. */
  WireTensor read(String what) throws IOException, MalformedException, UnfitException {
    Fields fields = new Fields(what);
    JsonFields.object(json, what, FIELDS, fields::read);
    return fields.tensor();
  }

  /**
   * All inputs are read.
   *
   * @throws MalformedException if binary data are left
   */
  void end() throws MalformedException {
    int left = body.length - jsonEnd - binaryUsed;
    if (left > 0) {
      throw new MalformedException(
          "%d bytes are left behind the binary data of the inputs; %s says how many are an input's"
              .formatted(left, BINARY_DATA_SIZE));
    }
  }

  /** One input, as far as it is read. */
  private final class Fields {

    private final String what;
    private Optional<String> name = Optional.empty();
    private Optional<String> datatype = Optional.empty();
    private Optional<long[]> shape = Optional.empty();
    private Parameters parameters;
    private Optional<WireTensor> tensor = Optional.empty();

    /** Where the data stand, if they came before what says how to read them. */
    private Optional<Place> passedBy = Optional.empty();

    Fields(String what) {
      this.what = what;
      this.parameters = Parameters.none(what);
    }

    void read(String field) throws IOException, MalformedException, UnfitException {
      switch (field) {
        case "name" -> name = Optional.of(JsonFields.text(json, what + ".name"));
        case "datatype" -> datatype = Optional.of(JsonFields.text(json, what + ".datatype"));
        case "shape" -> shape = Optional.of(shape());
        case "parameters" -> parameters = JsonFields.parameters(json, what);
        default -> data();
      }
    }

    private long[] shape() throws IOException, MalformedException, UnfitException {
      Axes axes = new Axes();
      JsonFields.list(json, what + ".shape", it -> axes.add(JsonFields.whole(json, it)));
      return axes.all();
    }

    private void data() throws IOException, MalformedException {
      int at = offset(json.currentTokenLocation());
      if (name.isPresent() && datatype.isPresent() && shape.isPresent()) {
        tensor = Optional.of(DataReader.read(json, header(), jsonEnd - at));
      } else {
        json.skipChildren();
        // Of a text no more than its quotation mark is read until somebody asks for it.
        json.finishToken();
        passedBy = Optional.of(new Place(at, offset(json.currentLocation())));
      }
    }

    private TensorHeader header() throws MalformedException {
      return TensorHeader.of(
          required(name, "name"), required(datatype, "datatype"), required(shape, "shape"));
    }

    private <T> T required(Optional<T> value, String field) throws MalformedException {
      return value.orElseThrow(
          () -> new MalformedException("%s has no \"%s\"".formatted(what, field)));
    }

    WireTensor tensor() throws IOException, MalformedException, UnfitException {
      TensorHeader header = header();
      parameters.known(List.of(BINARY_DATA_SIZE));
      OptionalLong size = parameters.whole(BINARY_DATA_SIZE);
      boolean hasData = tensor.isPresent() || passedBy.isPresent();
      if (hasData == size.isPresent()) {
        throw new MalformedException(
            "input \"%s\" has %s; send one of them"
                .formatted(
                    Quotation.clip(header.name()),
                    hasData
                        ? "both \"data\" and " + BINARY_DATA_SIZE
                        : "neither \"data\" nor the parameter " + BINARY_DATA_SIZE));
      }
      if (size.isPresent()) {
        return header.raw(binary(header.name(), size.getAsLong()));
      }
      return tensor.isPresent() ? tensor.get() : later(header, passedBy.get());
    }

    /**
     * Reads the data and nothing behind them: a body may have as many inputs as it has room for.
     */
    private WireTensor later(TensorHeader header, Place place)
        throws IOException, MalformedException {
      try (JsonParser data = again.open(place.from(), place.to())) {
        data.nextToken();
        return DataReader.read(data, header, place.to() - place.from());
      }
    }
  }

  /**
   * Where a value stands in the body.
   *
   * @param to exclusive
   */
  private record Place(int from, int to) {}

  private static int offset(JsonLocation location) {
    return Math.toIntExact(location.getByteOffset());
  }

  private ByteBuffer binary(String name, long size) throws MalformedException {
    if (!binary) {
      throw new MalformedException(
          "input \"%s\" has %s, but the request has no header %s"
              .formatted(Quotation.clip(name), BINARY_DATA_SIZE, InferBody.HEADER_LENGTH));
    }
    int left = body.length - jsonEnd - binaryUsed;
    if (size < 0 || size > left) {
      throw new MalformedException(
          "input \"%s\" has %s %d; %d bytes are left behind the JSON"
              .formatted(Quotation.clip(name), BINARY_DATA_SIZE, size, left));
    }
    ByteBuffer data = ByteBuffer.wrap(body, jsonEnd + binaryUsed, (int) size).slice();
    binaryUsed += (int) size;
    return data;
  }

  /** The lengths of axes; usually few. */
  private static final class Axes {
    private long[] lengths = new long[USUAL_AXES];
    private int count;

    void add(long length) {
      if (count == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * count);
      }
      lengths[count++] = length;
    }

    long[] all() {
      return Arrays.copyOf(lengths, count);
    }
  }
}
