package io.ferry.engine.djl;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.ferry.engine.Tokenizer;
import io.ferry.model.ClosedEncoderException;
import io.ferry.model.EncodingException;
import io.ferry.model.ModelLoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer of Hugging Face's library. One instance serves all threads: encoding reads only.
 *
 * <p>It asks the native library for numbers alone; DJL's own {@code encode} also builds a Java
 * string and a span for every token, which is a third of its time and of no use here.
 */
public final class HuggingFaceTokenizers implements Tokenizer {

  private static final Logger LOG = Logger.getLogger(HuggingFaceTokenizers.class);

  private final HuggingFaceTokenizer tokenizer;

  /** Read: encoding. Written: closing, which must not pull the tokenizer from under an encoder. */
  private final ReadWriteLock inUse = new ReentrantReadWriteLock();

  private boolean closed;

  private HuggingFaceTokenizers(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Opens {@code tokenizer.json}.
   *
   * @throws ModelLoadException if the library cannot read it
   */
  public static Tokenizer open(Path file) throws ModelLoadException {
    PyTorch.stayOffline();
    try {
      // Length and padding are decided per request and per batch, not by the tokenizer.
      return new HuggingFaceTokenizers(
          HuggingFaceTokenizer.newInstance(
              file, Map.of("truncation", "false", "padding", "false")));
    } catch (IOException | RuntimeException broken) {
      throw new ModelLoadException("tokenizer.json cannot be read", broken);
    } catch (LinkageError missing) {
      LOG.errorf("The tokenizers' library is unpacked to %s", PyTorch.cacheFolder());
      throw new ModelLoadException(
          "the tokenizers' library does not start; the folder into which it is unpacked (DJL_CACHE_DIR, the log has it) must be writable",
          missing);
    }
  }

  @Override
  public Tokens tokenize(String first, Optional<String> second) throws EncodingException {
    return open(
        library -> {
          long handle =
              second.isPresent()
                  ? library.encodeDual(tokenizer.getHandle(), first, second.get(), true)
                  : library.encode(tokenizer.getHandle(), first, true);
          try {
            return new Tokens(
                library.getTokenIds(handle),
                library.getTypeIds(handle),
                library.getSequenceIds(handle));
          } finally {
            library.deleteEncoding(handle);
          }
        });
  }

  @Override
  public List<Piece> pieces(String text, boolean specialTokens) throws EncodingException {
    return open(
        library -> {
          long handle = library.encode(tokenizer.getHandle(), text, specialTokens);
          try {
            long[] ids = library.getTokenIds(handle);
            String[] names = library.getTokens(handle);
            long[] special = library.getSpecialTokenMask(handle);
            @Nullable CharSpan[] spans = library.getTokenCharSpans(handle);
            List<Piece> pieces = new ArrayList<>(ids.length);
            for (int i = 0; i < ids.length; i++) {
              CharSpan span = spans[i];
              pieces.add(
                  span == null
                      ? new Piece(ids[i], names[i], special[i] != 0, 0, 0)
                      : new Piece(
                          ids[i], names[i], special[i] != 0, span.getStart(), span.getEnd()));
            }
            return pieces;
          } finally {
            library.deleteEncoding(handle);
          }
        });
  }

  @Override
  public String decode(long[] ids, boolean skipSpecialTokens) throws EncodingException {
    return open(library -> library.decode(tokenizer.getHandle(), ids, skipSpecialTokens));
  }

  /** What is asked of the library while nobody can close it. */
  private <T> T open(Function<TokenizersLibrary, T> use) throws EncodingException {
    inUse.readLock().lock();
    try {
      if (closed) {
        throw new ClosedEncoderException();
      }
      return use.apply(TokenizersLibrary.LIB);
    } catch (RuntimeException failed) {
      throw new EncodingException("the tokenizer failed on a text", failed);
    } finally {
      inUse.readLock().unlock();
    }
  }

  @Override
  public void close() {
    inUse.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      inUse.writeLock().unlock();
    }
  }
}
