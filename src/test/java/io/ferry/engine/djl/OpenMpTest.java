package io.ferry.engine.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class OpenMpTest {

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  @DisabledIfEnvironmentVariable(named = "OMP_WAIT_POLICY", matches = ".*")
  @SuppressWarnings("restricted")
  void whatIsLoadedLaterReadsThatWaitingThreadsSleep() throws Throwable {
    PyTorch.start(1);

    Linker linker = Linker.nativeLinker();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value =
          (MemorySegment)
              linker
                  .downcallHandle(
                      linker.defaultLookup().find("getenv").orElseThrow(),
                      FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                  .invokeExact(arena.allocateFrom("OMP_WAIT_POLICY"));
      assertEquals("PASSIVE", value.reinterpret(16).getString(0));
    }
  }
}
