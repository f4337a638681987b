package io.ferry.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern DEVICE = Pattern.compile("auto|cpu|simulated|gpu:\\d{1,3}");

  int count(int most) {
    return (int) within(1, most, "a whole number from 1 to " + most, Map.of("", 1L));
  }

  int bytes(long most) {
    String allowed = "a size from 1 to " + (most >> 30) + "G, such as 500K or 10M";
    return (int) within(1, most, allowed, BYTES);
  }

  Duration duration(Duration least, Duration most) {
    String allowed =
        "a duration from %s to %s, such as 20us, 3.5ms or 5s".formatted(text(least), text(most));
    return Duration.ofNanos(within(least.toNanos(), most.toNanos(), allowed, NANOS));
  }

  String device() {
    if (!DEVICE.matcher(value).matches()) {
      throw invalid("auto, cpu, gpu:N (such as gpu:0) or simulated");
    }
    return value;
  }

  InvalidSettingException invalid(String allowed) {
    return new InvalidSettingException(key, value, allowed);
  }

  private long within(long least, long most, String allowed, Map<String, Long> units) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(value.strip());
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
