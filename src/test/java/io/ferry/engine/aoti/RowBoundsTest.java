package io.ferry.engine.aoti;

import static io.ferry.engine.aoti.Packages.batch;
import static io.ferry.engine.aoti.Packages.floats;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.ferry.batching.Batch;
import io.ferry.engine.RowLayout;
import io.ferry.inference.Encoding;
import io.ferry.inference.ModelInput;
import io.ferry.model.TensorSpec;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowBoundsTest {

  private static final AxisRange ANY = new AxisRange(0, Long.MAX_VALUE);
  private static final RowLayout NUMBERS =
      new RowLayout.Tensors(
          List.of(new TensorSpec("x", io.ferry.inference.Datatype.FP32, List.of(-1, 1))));

  private static Batch of(int rows) {
    return batch(Stream.generate(() -> floats(1)).limit(rows).toArray(ModelInput[]::new));
  }

  @ParameterizedTest(name = "{0} rows, {1} to {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1  | 1 | 9223372036854775807 | 1
          1  | 2 | 9223372036854775807 | 2
          32 | 1 | 32 | 32
          33 | 1 | 32 | 32 1
          9  | 2 | 4  | 4 4 2
          3  | 4 | 4  | 4
          """)
  void batchesAreCutAndFilled(int rows, long least, long most, String sizes) {
    Batch batch = of(rows);
    List<Batch> fitted = new RowBounds(new AxisRange(least, most), ANY).fitted(batch, NUMBERS);
    assertEquals(sizes, String.join(" ", fitted.stream().map(it -> "" + it.size()).toList()));
    // Every row is there once, in its order; what is added is none of them.
    int row = 0;
    for (Batch part : fitted) {
      for (int i = 0; i < part.size() && row < rows; i++) {
        assertSame(batch.rows().get(row++), part.rows().get(i));
      }
    }
    assertEquals(rows, row);
  }

  @Test
  void rowsThatAreTooShortGetALongerOneBesideThem() {
    RowLayout tokens = new RowLayout.Tokens(9);
    RowBounds bounds = new RowBounds(new AxisRange(1, 100), new AxisRange(4, 64));
    List<Batch> fitted = bounds.fitted(batch(new Encoding(new long[] {1, 2})), tokens);
    assertEquals(1, fitted.size());
    assertEquals(2, fitted.getFirst().size());
    assertEquals(4, fitted.getFirst().longest());
    assertArrayEquals(
        new long[] {9, 9, 9, 9}, ((Encoding) fitted.getFirst().rows().get(1).input()).tokenIds());
    Batch longEnough = batch(new Encoding(new long[] {1, 2, 3, 4}));
    assertEquals(longEnough, bounds.fitted(longEnough, tokens).getFirst());
  }
}
