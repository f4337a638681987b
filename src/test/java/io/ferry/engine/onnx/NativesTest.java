package io.ferry.engine.onnx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server does not report about itself: newer versions of the library do, from Linux, too. */
class NativesTest {

  @ParameterizedTest
  @ValueSource(strings = {"linux-x64", "linux-aarch64"})
  void theLibraryHasNoOneToReportTo(String platform) throws IOException {
    String library = "native/" + platform + "/libonnxruntime.so";
    try (InputStream bytes = OrtEnvironment.class.getResourceAsStream(library)) {
      assertNotNull(bytes, library);
      String text = new String(bytes.readAllBytes(), ISO_8859_1);

      assertTrue(text.contains("onnxruntime"), "this is no ONNX Runtime");
      assertFalse(text.contains("events.data.microsoft.com"), "this version reports to Microsoft");
      assertFalse(text.contains("ORT_DISABLE_TELEMETRY"), "this version has telemetry");
    }
  }
}
