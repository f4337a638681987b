package io.ferry.batching;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelInstanceTest {

  private final List<String> closed = new ArrayList<>();

  private record Instance(Runnable closing) implements ModelInstance {
    @Override
    public PassResult forward(Batch batch) {
      return new PassResult.Done();
    }

    @Override
    public void close() {
      closing.run();
    }
  }

  private Instance closes(String name) {
    return new Instance(() -> closed.add(name));
  }

  private static Instance fails(RuntimeException failure) {
    return new Instance(
        () -> {
          throw failure;
        });
  }

  @Test
  void oneThatDoesNotCloseKeepsNoOtherOpen() {
    RuntimeException first = new IllegalStateException("first");
    RuntimeException second = new IllegalStateException("second");
    List<Instance> all = List.of(closes("a"), fails(first), fails(second), closes("b"));
    assertSame(first, assertThrows(RuntimeException.class, () -> ModelInstance.closeAll(all)));
    assertEquals(List.of("a", "b"), closed);
    assertArrayEquals(new Throwable[] {second}, first.getSuppressed());
  }
}
