package io.ferry.config;

import io.ferry.engine.aoti.SharedLibtorch;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One value as it was written, and the readings it can be given. Each reading refuses what it
 * cannot take with a line that names key, value and what is allowed.
 *
 * @param key as the operator would write it
 * @param value as it was written
 */
record Setting(String key, String value) {

  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([a-zA-Z]*)");
  private static final Map<String, Long> NANOS =
      Map.of("us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);
  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30);
  private static final Pattern DEVICE = Pattern.compile("cpu|gpu:\\d{1,3}");
  private static final String AUTO = "auto";
  private static final int MOST_PORT = 65_535;

  int count(int most) {
    return (int) within(1, most, "a whole number from 1 to " + most, Map.of("", 1L));
  }

  int port() {
    return (int) within(0, MOST_PORT, "a port from 0 (a free one) to " + MOST_PORT, Map.of("", 1L));
  }

  int bytes(long most) {
    String allowed = "a size from 1 to " + (most >> 30) + "G, such as 500K or 10M";
    return (int) within(1, most, allowed, BYTES);
  }

  Duration duration(Duration least, Duration most) {
    return duration(least, most, "");
  }

  private Duration duration(Duration least, Duration most, String orElse) {
    String allowed =
        "%sa duration from %s to %s, such as 20us, 3.5ms or 5s"
            .formatted(orElse, text(least), text(most));
    return Duration.ofNanos(within(least.toNanos(), most.toNanos(), allowed, NANOS));
  }

  /** The devices in a list; {@code auto} and {@code simulated} stand alone. */
  List<String> devices() {
    List<String> devices = items();
    boolean alone = devices.size() == 1 && List.of(AUTO, "simulated").contains(devices.getFirst());
    boolean all = devices.stream().allMatch(it -> DEVICE.matcher(it).matches());
    if (!alone && (!all || Set.copyOf(devices).size() < devices.size())) {
      throw invalid("auto, simulated, or a list of cpu and gpu:N, such as gpu:0,gpu:1");
    }
    return devices;
  }

  /** One of a few words. */
  String word(List<String> allowed) {
    if (!allowed.contains(value)) {
      throw invalid("one of " + String.join(", ", allowed));
    }
    return value;
  }

  /** One of a few words; empty for {@code auto}. */
  Optional<String> wordOrAuto(List<String> allowed) {
    if (value.equals(AUTO)) {
      return Optional.empty();
    }
    if (!allowed.contains(value)) {
      throw invalid("auto or one of " + String.join(", ", allowed));
    }
    return Optional.of(value);
  }

  boolean yes() {
    return word(List.of("true", "false")).equals("true");
  }

  /** A folder that has a libtorch; empty where nothing is written. */
  Optional<Path> libtorch() {
    try {
      Optional<Path> folder = text().map(Path::of);
      if (folder.isEmpty() || SharedLibtorch.isLibtorch(folder.get())) {
        return folder;
      }
    } catch (InvalidPathException noPath) {
      // Neither is it a folder with anything in it.
    }
    throw invalid("a folder that has libtorch_cpu.so, such as site-packages/torch/lib");
  }

  /** Empty where nothing is written. */
  Optional<String> text() {
    return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /** Whole numbers in a list; an empty one for {@code auto}. */
  List<Integer> counts(int most) {
    String allowed = "auto or a list of whole numbers from 1 to %d, such as 1,8,32".formatted(most);
    return value.equals(AUTO)
        ? List.of()
        : items().stream().map(it -> (int) within(it, 1, most, allowed, Map.of("", 1L))).toList();
  }

  /** Empty for {@code off}. */
  Optional<Duration> durationOrOff(Duration least, Duration most) {
    return value.equals("off") ? Optional.empty() : Optional.of(duration(least, most, "off or "));
  }

  /** Empty for {@code auto}. */
  Optional<Duration> durationOrAuto(Duration least, Duration most) {
    return value.equals(AUTO) ? Optional.empty() : Optional.of(duration(least, most, "auto or "));
  }

  private List<String> items() {
    return Stream.of(value.split(",", -1)).map(String::strip).toList();
  }

  InvalidSettingException invalid(String allowed) {
    return new InvalidSettingException(key, value, allowed);
  }

  private long within(long least, long most, String allowed, Map<String, Long> units) {
    return within(value, least, most, allowed, units);
  }

  private long within(String text, long least, long most, String allowed, Map<String, Long> units) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (!matcher.matches()) {
      throw invalid(allowed);
    }
    Long unit = units.get(matcher.group(2).toLowerCase(Locale.ROOT));
    if (unit == null) {
      throw invalid(allowed);
    }
    BigDecimal exact = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    boolean whole = exact.stripTrailingZeros().scale() <= 0;
    if (!whole
        || exact.compareTo(BigDecimal.valueOf(least)) < 0
        || exact.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw invalid(allowed);
    }
    return exact.longValueExact();
  }

  private static String text(Duration duration) {
    if (duration.toNanos() % 1_000_000 != 0) {
      return duration.toNanos() / 1_000 + "us";
    }
    return duration.toMillis() % 1_000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
