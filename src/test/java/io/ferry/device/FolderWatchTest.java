package io.ferry.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ferry.device.FolderWatch.Changes;
import io.ferry.model.ModelSource.Available;
import io.ferry.model.ModelSource.Version;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FolderWatchTest {

  private static final Changes NOTHING = new Changes(List.of(), List.of());

  private final FolderWatch watch = new FolderWatch();

  private static Available model(String name, long fingerprint) {
    return new Available(name, List.of(new Version("1", fingerprint)), Optional.empty());
  }

  private Changes look(Available... models) {
    return watch.changes(List.of(models));
  }

  private static Changes changed(Available model) {
    return new Changes(List.of(model), List.of());
  }

  private static Changes gone(String name) {
    return new Changes(List.of(), List.of(name));
  }

  @Test
  void whatComesCountsWhenTwoLooksSeeTheSame() {
    assertEquals(NOTHING, look(model("a", 1)));
    assertEquals(NOTHING, look(model("a", 2)), "it is still being copied");
    assertEquals(changed(model("a", 2)), look(model("a", 2)));
    assertEquals(NOTHING, look(model("a", 2)), "once");
  }

  @Test
  void whatWasLoadedCountsWhenItChanges() {
    watch.seen(List.of(model("a", 1)));
    assertEquals(NOTHING, look(model("a", 1)));
    assertEquals(NOTHING, look(model("a", 2)));
    assertEquals(changed(model("a", 2)), look(model("a", 2)));
  }

  @Test
  void whatIsLoadedMeanwhileIsNotLoadedAgain() {
    watch.seen(List.of(model("a", 1)));
    assertEquals(NOTHING, look(model("a", 2)));
    watch.seen(List.of(model("a", 2)));
    assertEquals(NOTHING, look(model("a", 2)));
  }

  @Test
  void whatGoesCountsWhenTwoLooksMissIt() {
    watch.seen(List.of(model("a", 1)));
    assertEquals(NOTHING, look(), "a folder that is being replaced is gone for a moment");
    assertEquals(gone("a"), look());
    assertEquals(NOTHING, look(), "once");
  }

  @Test
  void whatComesAndGoesWithinALookIsStillThere() {
    look(model("a", 1));
    look(model("a", 1));
    assertEquals(NOTHING, look());
    assertEquals(NOTHING, look(model("a", 1)), "the same as before");
    assertEquals(NOTHING, look());
    assertEquals(gone("a"), look());
  }

  @Test
  void whatIsLoadedBetweenTwoLooksIsMissedTwiceBeforeItGoes() {
    look();
    watch.seen(List.of(model("a", 1)));
    assertEquals(NOTHING, look());
    assertEquals(gone("a"), look());
  }

  @Test
  void whatGoesAndComesAgainIsNew() {
    watch.seen(List.of(model("a", 1)));
    look();
    assertEquals(gone("a"), look());
    assertEquals(NOTHING, look(model("a", 1)));
    assertEquals(changed(model("a", 1)), look(model("a", 1)));
  }
}
