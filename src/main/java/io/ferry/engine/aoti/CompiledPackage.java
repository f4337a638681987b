package io.ferry.engine.aoti;

import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jboss.logging.Logger;

/**
 * A package's parts, unpacked into a folder of their own: the system loads libraries, and CUDA
 * kernels, from files only. A package is an archive with {@code
 * NAME/data/aotinductor/model/*.wrapper.so}, metadata beside it, and on CUDA kernels.
 */
final class CompiledPackage implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(CompiledPackage.class);
  private static final Pattern PART =
      Pattern.compile("[^/]+/data/aotinductor/model/([A-Za-z0-9_.-]+)");
  private static final String METADATA = "wrapper_metadata.json";
  private static final long MOST_METADATA = 1L << 20;

  private final Path folder;
  private final OpenHandles handles;

  private CompiledPackage(Path folder, OpenHandles handles) {
    this.folder = folder;
    this.handles = handles;
    handles.opened(OpenHandles.Kind.FOLDER);
  }

  /**
   * The metadata alone; nothing is unpacked.
   *
   * @return JSON
   * @throws ModelLoadException if it is no package, or has none
   */
  static String metadata(Path file) throws ModelLoadException {
    try (ZipFile archive = new ZipFile(file.toFile())) {
      ZipEntry entry =
          archive.stream()
              .filter(it -> PART.matcher(it.getName()).matches())
              .filter(it -> it.getName().endsWith(METADATA))
              .findFirst()
              .orElseThrow(CompiledPackage::noPackage);
      if (entry.getSize() > MOST_METADATA) {
        throw noPackage();
      }
      try (InputStream in = archive.getInputStream(entry)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException broken) {
      throw new ModelLoadException(
          "model.pt2 is no package of AOTInductor's, or is cut off", broken);
    }
  }

  private static ModelLoadException noPackage() {
    return new ModelLoadException(
        "model.pt2 holds no compiled model; torch.export.save writes such files, too, which only"
            + " Python runs. Export it with src/main/python/export_model.py --formats pt2");
  }

  /**
   * Unpacks a package.
   *
   * @param handles where the folder is counted
   * @throws ModelLoadException if it is no archive, or there is no room for it
   */
  static CompiledPackage unpack(Path file, OpenHandles handles) throws ModelLoadException {
    Path folder;
    try {
      folder = Files.createTempDirectory("ferry-aoti-");
    } catch (IOException refused) {
      throw noRoom(refused);
    }
    CompiledPackage unpacked = new CompiledPackage(folder, handles);
    try (ZipFile archive = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(archive.entries())) {
        Matcher part = PART.matcher(entry.getName());
        if (part.matches() && !part.group(1).startsWith(".")) {
          try (InputStream in = archive.getInputStream(entry)) {
            Files.copy(in, folder.resolve(part.group(1)));
          }
        }
      }
      return unpacked;
    } catch (IOException failed) {
      unpacked.close();
      throw noRoom(failed);
    }
  }

  private static ModelLoadException noRoom(IOException cause) {
    return new ModelLoadException(
        "model.pt2 cannot be unpacked; the folder for temporary files must be writable and have"
            + " room for it",
        cause);
  }

  /** Where the parts are. */
  Path folder() {
    return folder;
  }

  /**
   * The compiled library.
   *
   * @throws ModelLoadException if there is none
   */
  Path library() throws ModelLoadException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(it -> it.toString().endsWith(".wrapper.so"))
          .findFirst()
          .orElseThrow(CompiledPackage::noPackage);
    } catch (IOException gone) {
      throw noRoom(gone);
    }
  }

  /**
   * Deletes the folder; what cannot be deleted stays behind, with a line in the log. What is loaded
   * stays loaded.
   */
  @Override
  public void close() {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    } catch (IOException | UncheckedIOException stays) {
      LOG.warnf(stays, "The unpacked parts of a model stay in %s", folder);
      return;
    }
    handles.closed(OpenHandles.Kind.FOLDER);
  }
}
