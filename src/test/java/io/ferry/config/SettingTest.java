package io.ferry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  private static String messageOf(String value, Function<Setting, Object> reading) {
    Setting setting = new Setting("ferry.some.key", value);
    return String.valueOf(
        assertThrows(InvalidSettingException.class, () -> reading.apply(setting)).getMessage());
  }

  // ---- counts

  @ParameterizedTest
  @CsvSource({"1,1", "32,32", "1000,1000", "' 7 ',7", "007,7", "5.0,5"})
  void readsCounts(String value, int count) {
    assertEquals(count, new Setting("ferry.some.key", value).count(1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "0",
        "1001",
        "-1",
        "+1",
        "1.5",
        "1e2",
        "0x10",
        "ten",
        "1k",
        "1,000",
        "1 000",
        "99999999999999999999999",
        "2147483648",
        "4294967297",
        "NaN",
        "١"
      })
  void refusesCountsThatCannotBe(String value) {
    assertEquals(
        "ferry.some.key is \"" + value + "\"; allowed is a whole number from 1 to 1000",
        messageOf(value, setting -> setting.count(1000)));
  }

  // ---- ports

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "8081,8081", "65535,65535"})
  void readsPorts(String value, int port) {
    assertEquals(port, new Setting("ferry.some.key", value).port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "65536", "http", "80.5", "tcp://10.0.0.1:8081"})
  void refusesPortsThatCannotBe(String value) {
    assertEquals(
        "ferry.some.key is \"" + value + "\"; allowed is a port from 0 (a free one) to 65535",
        messageOf(value, Setting::port));
  }

  // ---- durations

  @ParameterizedTest
  @CsvSource({
    "0ms,0",
    "0s,0",
    "20us,20000",
    "1.5us,1500",
    "3.5ms,3500000",
    "3.5 ms,3500000",
    "5s,5000000000",
    "5S,5000000000",
    "0.25s,250000000",
    "3600s,3600000000000",
    "0.001us,1"
  })
  void readsDurations(String value, long nanos) {
    assertEquals(
        Duration.ofNanos(nanos),
        new Setting("ferry.some.key", value).duration(Duration.ZERO, Duration.ofHours(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "0",
        "s",
        "-1s",
        "5m",
        "5h",
        "5min",
        "5sec",
        "5 s s",
        "PT5S",
        "1e3ms",
        "3601s",
        "3600.000001s",
        "0.0001us",
        "999999999999999s",
        "9999999999999999s",
        ".5s",
        "5.s",
        "auto",
        "5s,6s"
      })
  void refusesDurationsThatCannotBe(String value) {
    assertEquals(
        "ferry.some.key is \""
            + value
            + "\"; allowed is a duration from 0s to 3600s, such as 20us, 3.5ms or 5s",
        messageOf(value, setting -> setting.duration(Duration.ZERO, Duration.ofHours(1))));
  }

  @Test
  void aDurationHasALeast() {
    Duration least = Duration.ofMillis(1);
    assertEquals(
        least, new Setting("ferry.some.key", "1ms").duration(least, Duration.ofSeconds(1)));
    assertEquals(
        "ferry.some.key is \"999us\"; allowed is a duration from 1ms to 1s, such as 20us, 3.5ms or"
            + " 5s",
        messageOf("999us", setting -> setting.duration(least, Duration.ofSeconds(1))));
  }

  // ---- sizes

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "1024,1024",
    "500K,512000",
    "1.5k,1536",
    "10M,10485760",
    "10m,10485760",
    "10 M,10485760",
    "1G,1073741824"
  })
  void readsSizes(String value, int bytes) {
    assertEquals(bytes, new Setting("ferry.some.key", value).bytes(1L << 30));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0M",
        "-1M",
        "2G",
        "1.1G",
        "10MB",
        "10MiB",
        "1T",
        "0.5",
        "999999999999999G"
      })
  void refusesSizesThatCannotBe(String value) {
    assertEquals(
        "ferry.some.key is \"" + value + "\"; allowed is a size from 1 to 1G, such as 500K or 10M",
        messageOf(value, setting -> setting.bytes(1L << 30)));
  }

  // ---- devices

  @ParameterizedTest
  @ValueSource(
      strings = {"auto", "cpu", "simulated", "gpu:0", "gpu:15", "gpu:0,gpu:1", "cpu, gpu:0"})
  void readsDevices(String value) {
    assertEquals(List.of(value.split(", *", -1)), new Setting("ferry.device", value).devices());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gpu",
        "gpu:",
        "gpu:-1",
        "gpu:x",
        "gpu:0000",
        "CPU",
        "cuda:0",
        "cpu,auto",
        "simulated,cpu",
        "gpu:0,gpu:0",
        "gpu:0,"
      })
  void refusesDevicesThatThereAreNot(String value) {
    assertEquals(
        "ferry.some.key is \""
            + value
            + "\"; allowed is auto, simulated, or a list of cpu and gpu:N, such as gpu:0,gpu:1",
        messageOf(value, Setting::devices));
  }

  // ---- words, lists, and nothing

  @Test
  void readsWords() {
    List<String> words = List.of("one", "two");
    assertEquals("two", new Setting("ferry.some.key", "two").word(words));
    assertEquals(Optional.of("two"), new Setting("ferry.some.key", "two").wordOrAuto(words));
    assertEquals(Optional.empty(), new Setting("ferry.some.key", "auto").wordOrAuto(words));
    assertEquals(
        "ferry.some.key is \"three\"; allowed is one of one, two",
        messageOf("three", setting -> setting.word(words)));
    assertEquals(
        "ferry.some.key is \"Two\"; allowed is auto or one of one, two",
        messageOf("Two", setting -> setting.wordOrAuto(words)));
    assertEquals(
        "ferry.some.key is \"yes\"; allowed is one of true, false", messageOf("yes", Setting::yes));
  }

  @Test
  void readsListsOfNumbers() {
    assertEquals(List.of(), new Setting("ferry.some.key", "auto").counts(9));
    assertEquals(List.of(8, 1), new Setting("ferry.some.key", "8, 1").counts(9));
    for (String value : List.of("", "0", "10", "1,,2", "1;2", "auto,1", "1,")) {
      assertEquals(
          "ferry.some.key is \""
              + value
              + "\"; allowed is auto or a list of whole numbers from 1 to 9, such as 1,8,32",
          messageOf(value, setting -> setting.counts(9)));
    }
  }

  @Test
  void readsWhatIsOffOrEmpty() {
    Duration most = Duration.ofHours(1);
    assertEquals(
        Optional.empty(), new Setting("ferry.some.key", "off").durationOrOff(Duration.ZERO, most));
    assertEquals(
        Optional.of(Duration.ofSeconds(5)),
        new Setting("ferry.some.key", "5s").durationOrOff(Duration.ZERO, most));
    assertEquals(Optional.empty(), new Setting("ferry.some.key", " ").text());
    assertEquals(Optional.of("a"), new Setting("ferry.some.key", " a ").text());
  }
}
