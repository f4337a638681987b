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
import java.util.OptionalInt;

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

  /**
   * How long the vectors are of a file that pools by itself ({@code output} is {@code
   * sentence_embedding}); empty of other files.
   */
  OptionalInt pooledDimensions(String name) throws ModelLoadException {
    JsonNode entry = entry(name);
    if (file.isEmpty() || !entry.path("output").asText().equals("sentence_embedding")) {
      return OptionalInt.empty();
    }
    JsonNode dimensions = entry.path("dimensions");
    if (!dimensions.isInt() || dimensions.asInt() < 1) {
      throw file.get()
          .flaw("files.\"%s\".dimensions".formatted(name), "the length of the file's vectors");
    }
    return OptionalInt.of(dimensions.asInt());
  }

  private JsonNode entry(String name) {
    return file.map(it -> it.root().path("files").path(name))
        .orElseGet(com.fasterxml.jackson.databind.node.MissingNode::getInstance);
  }

  /**
   * Compares a file, and what belongs to it, with the checksums that are listed, if they are.
   *
   * @throws ModelLoadException if it is another file than the manifest describes
   */
  void verify(Path folder, String name) throws ModelLoadException {
    if (file.isEmpty()) {
      return;
    }
    for (Map.Entry<String, JsonNode> listed : file.get().root().path("files").properties()) {
      // model.onnx.data belongs to model.onnx; model.pt2 does not to model.pt.
      if (listed.getKey().equals(name) || listed.getKey().startsWith(name + ".")) {
        verify(folder, listed.getKey(), listed.getValue().path("sha256"));
      }
    }
  }

  private static void verify(Path folder, String name, JsonNode expected)
      throws ModelLoadException {
    Path path = folder.resolve(name);
    if (!Files.isRegularFile(path)) {
      throw new ModelLoadException("manifest.json lists %s, which is missing".formatted(name));
    }
    if (!expected.isMissingNode() && !sha256(path, name).equalsIgnoreCase(expected.asText())) {
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
