package io.ferry.engine.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ferry.model.ModelSource.Available;
import io.ferry.model.ModelSource.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ModelFoldersTest {

  @TempDir private Path models = Path.of("");
  private Optional<Path> locked = Optional.empty();

  @AfterEach
  void unlock() throws IOException {
    if (locked.isPresent()) {
      Files.setPosixFilePermissions(locked.get(), PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** A folder that nobody but root may look into; root cannot test it. */
  private void lock(String name) throws IOException {
    Path folder = Files.createDirectories(models.resolve(name));
    locked = Optional.of(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(folder));
  }

  private List<Available> list() throws IOException {
    return new ModelFolders(models).list();
  }

  private Available only() throws IOException {
    List<Available> all = list();
    assertEquals(1, all.size());
    return all.getFirst();
  }

  private static void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** Quotation marks around a name in a key are optional, so a key cannot tell these apart. */
  @Test
  void namesThatSettingsCannotTellApartAreRefused() throws IOException {
    for (String name : List.of("e5--v2", "e5-v2", "mini.", "mini", "mini~", "other")) {
      Files.createDirectories(models.resolve(name));
    }
    List<String> flawed =
        list().stream().filter(it -> it.flaw().isPresent()).map(Available::name).toList();
    assertEquals(List.of("e5--v2", "e5-v2", "mini~"), flawed);
  }

  @Test
  void foldersWithNumbersAreVersionsTheHighestFirst() throws IOException {
    for (String name : List.of("9", "10", "202607011530", "1234567890123456789", "0", "x")) {
      Files.createDirectories(models.resolve("sentiment").resolve(name));
    }
    assertEquals(
        List.of("202607011530", "10", "9"),
        only().versions().stream().map(Version::number).toList());
  }

  @Test
  void whatFileSystemsKeepIsNoModel() throws IOException {
    Files.createDirectories(models.resolve("lost+found"));
    Files.createDirectories(models.resolve(".cache"));
    Files.createDirectories(models.resolve("model/lost+found"));
    assertEquals(List.of("model"), list().stream().map(Available::name).toList());
  }

  @Test
  void aFolderThatCannotBeReadHarmsNoOther() throws IOException {
    Files.createDirectories(models.resolve("good"));
    lock("locked");
    assertEquals(List.of("good", "locked"), list().stream().map(Available::name).toList());
    assertEquals(Optional.empty(), list().getFirst().flaw());
    assertTrue(list().getLast().flaw().orElse("").startsWith("the model folder, or one in it"));
  }

  @Test
  void aFolderInsideThatCannotBeReadHarmsNoOther() throws IOException {
    Files.createDirectories(models.resolve("good"));
    lock("model/1_Pooling");
    assertEquals(Optional.empty(), list().getFirst().flaw());
    assertTrue(list().getLast().flaw().orElse("").startsWith("the model folder, or one in it"));
  }

  @Test
  void theFolderOfThemAllMustBeReadable() {
    assertThrows(IOException.class, () -> new ModelFolders(models.resolve("none")).list());
  }

  @Test
  void aLinkedModelIsSeenToChange() throws IOException {
    Path store = Files.createDirectories(models.resolve(".store"));
    write(store.resolve("a/config.json"), "a");
    Files.createSymbolicLink(models.resolve("model"), store.resolve("a"));
    long first = only().versions().getFirst().fingerprint();
    assertEquals(first, only().versions().getFirst().fingerprint());

    write(store.resolve("a/config.json"), "longer");
    long changed = only().versions().getFirst().fingerprint();
    assertNotEquals(first, changed);

    // The same files in another place, such as Kubernetes' and Hugging Face's snapshots.
    Files.move(store.resolve("a"), store.resolve("b"));
    Files.delete(models.resolve("model"));
    Files.createSymbolicLink(models.resolve("model"), store.resolve("b"));
    assertNotEquals(changed, only().versions().getFirst().fingerprint());
  }

  @Test
  void aLinkedVersionIsSeenToChange() throws IOException {
    Path store = Files.createDirectories(models.resolve(".store"));
    write(store.resolve("a/config.json"), "a");
    Files.createDirectories(models.resolve("model"));
    Files.createSymbolicLink(models.resolve("model/7"), store.resolve("a"));
    Available before = only();
    assertEquals("7", before.versions().getFirst().number());
    write(store.resolve("a/model.pt"), "");
    assertNotEquals(before, only());
  }
}
