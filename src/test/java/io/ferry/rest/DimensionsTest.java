package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ferry.model.Embed;
import io.ferry.model.Pooling;
import io.ferry.protocol.UnfitException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DimensionsTest {

  private static final Embed EMBED = new Embed(Pooling.MEAN, List.of(), true, 16);

  @Test
  void allThereAreUnlessFewerAreAskedFor() throws Exception {
    assertEquals(16, Dimensions.of(OptionalLong.empty(), EMBED));
    assertEquals(16, Dimensions.of(OptionalLong.of(16), EMBED));
    assertEquals(1, Dimensions.of(OptionalLong.of(1), EMBED));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 17, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 32) + 1})
  void noOtherNumber(long asked) {
    UnfitException refused =
        assertThrows(UnfitException.class, () -> Dimensions.of(OptionalLong.of(asked), EMBED));
    assertEquals(
        "\"dimensions\" is %d; the model's vectors have 16, so 1 to 16 are allowed"
            .formatted(asked),
        refused.outcome().message());
    assertEquals(Optional.of("dimensions"), refused.field());
  }
}
