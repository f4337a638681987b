package io.ferry.engine.folder;

import io.ferry.model.ModelSource.Available;
import io.ferry.model.ModelSource.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The folder of model folders. A model's name is its folder's; sub-folders with numbers for names
 * are its versions, and a folder without them is version 1.
 *
 * @param directory the folder
 */
public record ModelFolders(Path directory) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** Such as a date and a time, 202607011530; they fit into a long. */
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  private static final String ONLY = "1";

  /** Where a file system keeps what it finds when it is repaired; no model. */
  private static final String LOST_AND_FOUND = "lost+found";

  private static final Logger LOG = Logger.getLogger(ModelFolders.class);

  /**
   * The models there are now, in the order of their names. A model's folder that cannot be read is
   * a model with a flaw.
   *
   * @throws IOException if the folder of them all cannot be read
   */
  public List<Available> list() throws IOException {
    List<Path> folders = subFolders(directory);
    Map<String, List<String>> byCanonicalName =
        folders.stream()
            .map(ModelFolders::name)
            .filter(name -> NAME.matcher(name).matches())
            .collect(Collectors.groupingBy(ModelFolders::canonical));
    List<Available> models = new ArrayList<>();
    for (Path folder : folders) {
      List<String> alike = byCanonicalName.getOrDefault(canonical(name(folder)), List.of());
      models.add(available(folder, flaw(name(folder), alike)));
    }
    return models;
  }

  private static Available available(Path folder, Optional<String> flaw) {
    try {
      return new Available(name(folder), versions(folder), flaw);
    } catch (IOException unreadable) {
      LOG.debugf(unreadable, "The model folder %s cannot be read", folder);
      return new Available(
          name(folder),
          List.of(new Version(ONLY, 0)),
          flaw.or(
              () ->
                  Optional.of(
                      "the model folder, or one in it, cannot be read; may the user that Ferry runs as read it?")));
    }
  }

  /** Where the files of a version are. */
  public Path folder(String name, String version) {
    Path folder = directory.resolve(name);
    Path numbered = folder.resolve(version);
    return Files.isDirectory(numbered) ? numbered : folder;
  }

  private static Optional<String> flaw(String name, List<String> alike) {
    if (!NAME.matcher(name).matches()) {
      return Optional.of(
          "the folder's name must begin with a letter or digit and go on with these, dots, hyphens and underscores");
    }
    return alike.size() > 1
        ? Optional.of(
            "the folders %s differ only in case and punctuation, which settings cannot tell apart; rename one"
                .formatted(String.join(" and ", alike)))
        : Optional.empty();
  }

  /**
   * The form in which names of models are compared in settings, where quotation marks around a name
   * are optional: so two marks are one.
   */
  private static String canonical(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_").replace("__", "_").toUpperCase(Locale.ROOT);
  }

  private static List<Version> versions(Path folder) throws IOException {
    List<Path> numbered =
        subFolders(folder).stream()
            .filter(it -> NUMBER.matcher(name(it)).matches())
            .sorted(Comparator.comparing((Path it) -> Long.valueOf(name(it))).reversed())
            .toList();
    if (numbered.isEmpty()) {
      return List.of(new Version(ONLY, fingerprint(folder)));
    }
    List<Version> versions = new ArrayList<>();
    for (Path version : numbered) {
      versions.add(new Version(name(version), fingerprint(version)));
    }
    return versions;
  }

  /**
   * Of the names, sizes and times of the files; their contents are not read. Of a link it is that
   * of the folder that it leads to, and of its place: a link that is turned is a change.
   */
  private static long fingerprint(Path folder) throws IOException {
    Path real = folder.toRealPath();
    long hash = Objects.hash(real.toString());
    try (Stream<Path> files = Files.walk(real, 2)) {
      for (Path file : files.sorted().toList()) {
        hash = 31 * hash + Objects.hash(real.relativize(file).toString());
        if (Files.isRegularFile(file)) {
          hash = 31 * hash + Files.size(file);
          hash = 31 * hash + Files.getLastModifiedTime(file).toMillis();
        }
      }
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
    return hash;
  }

  private static List<Path> subFolders(Path folder) throws IOException {
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(Files::isDirectory)
          .filter(it -> !name(it).startsWith(".") && !name(it).equals(LOST_AND_FOUND))
          .sorted(Comparator.comparing(ModelFolders::name))
          .toList();
    } catch (UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }
}
