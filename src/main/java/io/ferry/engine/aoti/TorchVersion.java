package io.ferry.engine.aoti;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of PyTorch. Patches do not change what compiled models need.
 *
 * @param major such as 2
 * @param minor such as 13
 */
record TorchVersion(int major, int minor) implements Comparable<TorchVersion> {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");
  private static final Comparator<TorchVersion> ORDER =
      Comparator.comparingInt(TorchVersion::major).thenComparingInt(TorchVersion::minor);

  /**
   * Reads one such as {@code 2.13.0+cpu}.
   *
   * @throws IllegalArgumentException if it is none
   */
  static TorchVersion of(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(text + " is no version");
    }
    return new TorchVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
  }

  /**
   * From the number that libtorch gives: {@code TORCH_ABI_VERSION} of {@code
   * torch/headeronly/version.h}, a byte each for major, minor and patch, from the highest.
   */
  static TorchVersion ofAbi(long version) {
    return new TorchVersion((int) (version >>> 56), (int) (version >>> 48 & 0xff));
  }

  @Override
  public int compareTo(TorchVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
