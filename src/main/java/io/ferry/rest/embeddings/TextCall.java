package io.ferry.rest.embeddings;

import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.ModelSpec;
import io.ferry.pipeline.InferenceReply.Answered;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.InferenceCall.Rows;
import io.ferry.rest.Json;
import io.ferry.rest.TaskForm;

/** What one path of text-embeddings-inference makes of a body. */
interface TextCall {

  /**
   * The rows, one a text or a pair.
   *
   * @throws MalformedException if it is read only now, and cannot be understood
   * @throws UnfitException if the model does something else, or cannot do what is asked
   */
  Rows rows(ModelSpec model) throws MalformedException, UnfitException;

  /** What a message about one row of a list calls it. */
  default String nameOf(int row) {
    return "input " + row;
  }

  /** Of all texts that are read, in Unicode code points; of tokens their number. */
  long characters();

  /**
   * The answer.
   *
   * @throws UnfitException if what the model gave cannot be said in this form
   */
  Json.Writing answer(Answered answered) throws UnfitException;

  /**
   * What a caller hears whose model does something else.
   *
   * @param needed what the path needs, such as {@code /rerank needs a reranker}
   */
  static UnfitException otherTask(ModelSpec model, String needed) {
    return new UnfitException(Flaw.TASK, TaskForm.does(model) + "; " + needed);
  }

  /** The characters of a text, as TEI counts them. */
  static long characters(String text) {
    return text.codePointCount(0, text.length());
  }
}
