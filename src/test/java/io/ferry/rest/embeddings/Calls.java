package io.ferry.rest.embeddings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.inference.Outcome;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.ModelSpec;
import io.ferry.protocol.MalformedException;
import io.ferry.protocol.UnfitException;
import io.ferry.rest.Answers;
import io.ferry.rest.Specs;

/** What the tests of all paths ask of them. */
final class Calls {

  private Calls() {}

  static byte[] utf8(String body) {
    return body.getBytes(UTF_8);
  }

  static String answer(TextCall call, ModelSpec model, Outcome.Completed... rows) throws Exception {
    return Answers.written(call.answer(Answers.of(model, rows)));
  }

  static void assertMalformed(InferenceAnswers.Parsing parsing, String body, String says) {
    MalformedException refused =
        assertThrows(MalformedException.class, () -> parsing.parse(utf8(body)));
    assertTrue(refused.explanation().contains(says), refused::explanation);
  }

  static void assertUnfit(InferenceAnswers.Parsing parsing, String body, String says) {
    UnfitException refused = assertThrows(UnfitException.class, () -> parsing.parse(utf8(body)));
    assertTrue(refused.outcome().message().contains(says), () -> refused.outcome().message());
  }

  /** A model of another task is named, with what it does. */
  static void assertOtherTask(TextCall call, String model) {
    ModelSpec spec = Specs.named(model);
    UnfitException refused = assertThrows(UnfitException.class, () -> call.rows(spec));
    assertEquals(Flaw.TASK, refused.outcome().flaw());
    assertTrue(
        refused.outcome().message().startsWith("model \"" + spec.name() + "\" "),
        () -> refused.outcome().message());
  }
}
