package io.ferry.engine.aoti;

import io.ferry.batching.Batch;
import io.ferry.batching.Row;
import io.ferry.batching.Sample;
import io.ferry.engine.RowLayout;
import io.ferry.inference.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How many rows and tokens a package was compiled for. A batch that is larger runs in parts, a
 * smaller one with rows that nobody waits for.
 *
 * @param rows of a batch
 * @param tokens of a row; what they are does not matter for rows that are no tokens
 */
record RowBounds(AxisRange rows, AxisRange tokens) {

  RowBounds {
    if (rows.most() < 1) {
      throw new IllegalArgumentException("no batch has 0 rows");
    }
  }

  /** Batches that the package takes, with all rows of this one. */
  List<Batch> fitted(Batch batch, RowLayout layout) {
    int most = (int) Math.min(rows.most(), batch.size());
    List<Batch> fitted = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += most) {
      List<? extends Row> part = batch.rows().subList(from, Math.min(batch.size(), from + most));
      fitted.add(padded(part, layout));
    }
    return fitted;
  }

  private Batch padded(List<? extends Row> part, RowLayout layout) {
    Batch batch = new Batch(part);
    boolean tooShort = layout instanceof RowLayout.Tokens && batch.longest() < tokens.least();
    int more = (int) Math.max(rows.least() - part.size(), tooShort ? 1 : 0);
    if (more == 0) {
      return batch;
    }
    List<Row> all = new ArrayList<>(part);
    Row filler =
        switch (layout) {
          case RowLayout.Tokens(long pad) when tooShort -> filler(pad, (int) tokens.least());
          case RowLayout.Tokens it -> new Sample(part.getFirst().input());
          case RowLayout.Tensors it -> new Sample(part.getFirst().input());
        };
    all.addAll(Collections.nCopies(more, filler));
    return new Batch(all);
  }

  private static Row filler(long pad, int length) {
    long[] ids = new long[length];
    Arrays.fill(ids, pad);
    return new Sample(new Encoding(ids));
  }
}
