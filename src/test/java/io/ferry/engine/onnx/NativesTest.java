package io.ferry.engine.onnx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** A server does not report about itself: newer versions of the library do, from Linux, too. */
class NativesTest {

  @Test
  void theLibraryForLinuxHasNobodyToReportTo() throws IOException {
    try (InputStream library =
        OrtEnvironment.class.getResourceAsStream("native/linux-x64/libonnxruntime.so")) {
      assertTrue(library != null, "the jar has no library for Linux");
      String text = new String(library.readAllBytes(), ISO_8859_1);

      // The first is in every version, so that a library without texts would be noticed.
      assertTrue(text.contains("session.intra_op.allow_spinning"));
      assertFalse(text.contains("events.data.microsoft.com"), "this version reports to Microsoft");
      assertFalse(text.contains("ORT_DISABLE_TELEMETRY"), "this version has telemetry");
    }
  }
}
