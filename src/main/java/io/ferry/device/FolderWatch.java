package io.ferry.device;

import io.ferry.model.ModelSource.Available;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which models came, changed or went since they were last looked at. A change counts when two
 * looks in a row see the same: a folder that is still being copied, or moved away to make place for
 * another, is left alone. Belongs to the loader's thread.
 */
final class FolderWatch {

  /**
   * What to do.
   *
   * @param changed to be loaded
   * @param gone names to be unloaded
   */
  record Changes(List<Available> changed, List<String> gone) {}

  private final Map<String, Available> acted = new HashMap<>();
  private Map<String, Available> lastLook = new HashMap<>();

  /** These are loaded as they are now, by whoever's wish. */
  void seen(List<Available> models) {
    models.forEach(model -> acted.put(model.name(), model));
    models.forEach(model -> lastLook.put(model.name(), model));
  }

  /** What changed, were the models these now; it counts as done from then on. */
  Changes changes(List<Available> models) {
    List<Available> changed =
        models.stream()
            .filter(
                model ->
                    Optional.ofNullable(acted.get(model.name()))
                        .map(model::hasNewsSince)
                        .orElse(true))
            .filter(model -> model.equals(lastLook.get(model.name())))
            .toList();
    Map<String, Available> now = new HashMap<>();
    models.forEach(model -> now.put(model.name(), model));
    List<String> gone =
        acted.keySet().stream()
            .filter(name -> !now.containsKey(name))
            .filter(name -> !lastLook.containsKey(name))
            .toList();
    gone.forEach(acted::remove);
    lastLook = now;
    seen(changed);
    return new Changes(changed, gone);
  }
}
