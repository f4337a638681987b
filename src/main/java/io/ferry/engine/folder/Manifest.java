package io.ferry.engine.folder;

import com.fasterxml.jackson.databind.JsonNode;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * {@code manifest.json}, which is optional: what the export wrote about the files beside it. A file
 * that it lists is loaded only if it still is what it was.
 *
 * @param file the manifest, if there is one
 */
record Manifest(Optional<JsonFile> file) {

  private static final String FILE = "manifest.json";

  static Manifest read(Path folder) throws ModelLoadException {
    return new Manifest(JsonFile.optional(folder, FILE));
  }

  /** What the model's numbers mean, in the notation of settings; empty if it does not say. */
  Optional<String> task() throws ModelLoadException {
    return file.isEmpty()
        ? Optional.empty()
        : file.get().text("task").map(task -> task.replace('_', '-').toLowerCase(Locale.ROOT));
  }

  /** The precision of a file's weights, such as {@code fp32}, which it is if nothing says else. */
  String precision(String name) {
    return entry(name).path("precision").asText("fp32");
  }

  private JsonNode entry(String name) {
    return file.map(it -> it.root().path("files").path(name))
        .orElseGet(com.fasterxml.jackson.databind.node.MissingNode::getInstance);
  }

  /**
   * Compares a file, and what belongs to it, with the checksums that are listed.
   *
   * @throws ModelLoadException if it is another file than the manifest describes
   */
  void verify(Path folder, String name) throws ModelLoadException {
    if (file.isEmpty()) {
      return;
    }
    for (Map.Entry<String, JsonNode> listed : file.get().root().path("files").properties()) {
      // model.onnx.data belongs to model.onnx.
      if (listed.getKey().startsWith(name)) {
        verify(folder, listed.getKey(), listed.getValue().path("sha256").asText());
      }
    }
  }

  private static void verify(Path folder, String name, String expected) throws ModelLoadException {
    Path path = folder.resolve(name);
    if (!Files.isRegularFile(path)) {
      throw new ModelLoadException("manifest.json lists %s, which is missing".formatted(name));
    }
    if (!sha256(path, name).equalsIgnoreCase(expected)) {
      throw new ModelLoadException(
          "%s is not the file that manifest.json describes (its sha256 differs); copy it again or export anew"
              .formatted(name));
    }
  }

  private static String sha256(Path path, String name) throws ModelLoadException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException unreadable) {
      throw new ModelLoadException(name + " cannot be read", unreadable);
    } catch (NoSuchAlgorithmException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }
}
