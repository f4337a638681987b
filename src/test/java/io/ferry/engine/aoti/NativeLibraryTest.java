package io.ferry.engine.aoti;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
    value = "io.ferry.engine.aoti.NativeLibrary#runsHere",
    disabledReason = "it is for glibc's loader")
class NativeLibraryTest {

  // Of glibc, and of no use to Java.
  private static final String NOT_LOADED = "libBrokenLocale.so.1";
  private static final String ANOTHER = "libanl.so.1";
  private static final String LOADED = "libc.so.6";

  private static String chosen(String... names) throws NativeCallException {
    NativeLibrary library = NativeLibrary.openFirst(List.of(names));
    NativeCallException refusal =
        assertThrows(NativeCallException.class, () -> library.function("no_such", JAVA_INT));
    return refusal.words().replace(" has no no_such", "");
  }

  /** Two CUDA runtimes of different versions may be there, and libtorch has loaded one of them. */
  @Test
  void whatTheProcessHasLoadedComesBeforeWhatElseIsThere() throws Exception {
    assertEquals(LOADED, chosen(NOT_LOADED, LOADED));
  }

  @Test
  void whatIsNotLoadedIsLoaded() throws Exception {
    assertEquals(ANOTHER, chosen("libnosuchthing.so.1", ANOTHER));
  }

  @Test
  void whatIsNowhereIsTold() {
    NativeCallException refusal =
        assertThrows(
            NativeCallException.class,
            () -> NativeLibrary.openFirst(List.of("libnosuchthing.so.1", "libnorthis.so.2")));
    assertEquals(
        "libnosuchthing.so.1: cannot open shared object file: No such file or directory;"
            + " libnorthis.so.2: cannot open shared object file: No such file or directory",
        refusal.words());
  }
}
