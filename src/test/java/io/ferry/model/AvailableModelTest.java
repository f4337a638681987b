package io.ferry.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.model.ModelSource.Available;
import io.ferry.model.ModelSource.Version;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AvailableModelTest {

  private static final Version OLD = new Version("11", 1);
  private static final Version NEW = new Version("12", 2);

  private static Available of(Version... versions) {
    return new Available("sentiment", List.of(versions), Optional.empty());
  }

  @Test
  void aLowerVersionThatGoesIsNoNews() {
    assertFalse(of(NEW, OLD).hasNewsSince(of(NEW, OLD)));
    assertFalse(of(NEW).hasNewsSince(of(NEW, OLD)));
  }

  @Test
  void whatComesOrChangesIsNews() {
    assertTrue(of(NEW, OLD).hasNewsSince(of(OLD)));
    assertTrue(of(NEW, OLD).hasNewsSince(of(NEW)));
    assertTrue(of(NEW).hasNewsSince(of(new Version("12", 3))));
    assertTrue(of(NEW, OLD).hasNewsSince(of(NEW, new Version("11", 3))));
    assertTrue(of(NEW).hasNewsSince(new Available("sentiment", List.of(NEW), Optional.of("x"))));
  }

  /** The rollback is over: the version that could not serve is gone. */
  @Test
  void theHighestThatGoesIsNews() {
    assertTrue(of(OLD).hasNewsSince(of(NEW, OLD)));
  }
}
