package io.ferry.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One loaded file that all lanes of a model run at once: {@code OrtSession.run} may be called from
 * several threads. The last lane that lets go closes it.
 */
final class SharedSession {

  private final OrtSession session;
  private final AtomicInteger users;

  SharedSession(OrtSession session, int users) {
    this.session = session;
    this.users = new AtomicInteger(users);
  }

  /** Runs a pass; all outputs come back, in the file's order. */
  OrtSession.Result run(Map<String, OnnxTensor> inputs) throws OrtException {
    return session.run(inputs);
  }

  /** Lets go; each user calls it once. */
  void release() {
    if (users.decrementAndGet() == 0) {
      close(session);
    }
  }

  /** Frees a session. */
  static void close(OrtSession session) {
    try {
      session.close();
    } catch (OrtException failed) {
      throw new IllegalStateException("ONNX Runtime does not free a session", failed);
    }
  }
}
