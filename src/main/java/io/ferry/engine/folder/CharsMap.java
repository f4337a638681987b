package io.ferry.engine.folder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The table by which SentencePiece's tokenizers replace characters ({@code precompiled_charsmap}):
 * the bytes of a trie as a little-endian uint32, the trie, then what its leaves point to, texts in
 * UTF-8. The trie is an array of units, see github.com/s-yata/darts-clone.
 */
final class CharsMap {

  private static final long VALUE = 0x7FFF_FFFFL;

  private final int[] units;
  private final ByteBuffer texts;

  private CharsMap(int[] units, ByteBuffer texts) {
    this.units = units;
    this.texts = texts;
  }

  /**
   * Whether it can be read, and whatever bytes a text has, a walk through the trie stays inside.
   *
   * @param base64 with padding
   */
  static boolean sound(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      ByteBuffer map = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (!Base64.getEncoder().encodeToString(bytes).equals(base64)
          || map.remaining() < Integer.BYTES) {
        return false;
      }
      long count = Integer.toUnsignedLong(map.getInt()) / Integer.BYTES;
      if (count < 1 || count > map.remaining() / Integer.BYTES) {
        return false;
      }
      int[] units = new int[(int) count];
      map.asIntBuffer().get(units);
      int end = Integer.BYTES * (1 + units.length);
      ByteBuffer texts = map.slice(end, map.limit() - end);
      StandardCharsets.UTF_8.newDecoder().decode(texts.duplicate());
      return new CharsMap(units, texts).staysInside();
    } catch (IllegalArgumentException | CharacterCodingException broken) {
      return false;
    }
  }

  private boolean staysInside() {
    for (int place = 0; place < units.length; place++) {
      int unit = units[place];
      if (unit < 0 && place > 0) {
        // A value, which is no place to walk on from.
        continue;
      }
      // Where its children are: this place, with the child's byte in the lowest eight bits changed.
      int children = place ^ ((unit >>> 10) << ((unit & (1 << 9)) >>> 6));
      boolean hasLeaf = ((unit >>> 8) & 1) == 1;
      if ((children | 0xFF) >= units.length || (hasLeaf && !isText(units[children] & VALUE))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text can begin there: not beyond the end, nor inside a character. */
  private boolean isText(long at) {
    return at == texts.limit() || (at < texts.limit() && (texts.get((int) at) & 0xC0) != 0x80);
  }
}
