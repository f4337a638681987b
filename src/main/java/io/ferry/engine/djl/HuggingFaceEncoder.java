package io.ferry.engine.djl;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.Outcome;
import io.ferry.model.Encoder;
import io.ferry.model.EncodingException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A tokenizer of Hugging Face's library. One instance serves all threads: encoding reads only.
 *
 * <p>It asks the native library for the token ids alone; DJL's own {@code encode} also builds a
 * Java string and a span for every token, which is a third of its time and of no use here.
 */
final class HuggingFaceEncoder implements Encoder {

  private final HuggingFaceTokenizer tokenizer;
  private final int vocabularySize;
  private final int maxTokens;

  /** Read: encoding. Written: closing, which must not pull the tokenizer from under an encoder. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  HuggingFaceEncoder(HuggingFaceTokenizer tokenizer, int vocabularySize, int maxTokens) {
    this.tokenizer = tokenizer;
    this.vocabularySize = vocabularySize;
    this.maxTokens = maxTokens;
  }

  @Override
  public Encoded encode(Input input, EncodingOptions options) throws EncodingException {
    return switch (input) {
      case Input.Text(String text) -> {
        Encoding encoding = encode(text);
        yield encoding.length() <= maxTokens
            ? new Encoded.Row(encoding)
            : refused(
                "the text has %d tokens, the model takes %d; send a shorter text"
                    .formatted(encoding.length(), maxTokens));
      }
      case Input.Pair pair -> refused("this model takes single texts, not pairs");
      case Input.Tensors tensors -> refused("this model takes texts, not numbers");
    };
  }

  private static Encoded refused(String message) {
    return new Encoded.Refused(new Outcome.Invalid(Outcome.Flaw.VALIDATION, message));
  }

  private Encoding encode(String text) throws EncodingException {
    use.readLock().lock();
    try {
      if (closed) {
        throw new EncodingException("the tokenizer is closed");
      }
      return encodeWithOpenTokenizer(text);
    } finally {
      use.readLock().unlock();
    }
  }

  private Encoding encodeWithOpenTokenizer(String text) throws EncodingException {
    TokenizersLibrary library = TokenizersLibrary.LIB;
    try {
      long handle = library.encode(tokenizer.getHandle(), text, true);
      try {
        return new Encoding(checked(library.getTokenIds(handle)));
      } finally {
        library.deleteEncoding(handle);
      }
    } catch (RuntimeException failed) {
      throw new EncodingException("the tokenizer failed on a text", failed);
    }
  }

  /** An id outside the vocabulary is an error on a CPU and the end of the process on a GPU. */
  private long[] checked(long[] ids) throws EncodingException {
    for (long id : ids) {
      if (id < 0 || id >= vocabularySize) {
        throw new EncodingException(
            "the tokenizer gives the id %d, the model's vocabulary has %d"
                .formatted(id, vocabularySize));
      }
    }
    return ids;
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      closed = true;
      tokenizer.close();
    } finally {
      use.writeLock().unlock();
    }
  }
}
