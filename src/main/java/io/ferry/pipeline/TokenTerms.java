package io.ferry.pipeline;

import io.ferry.inference.AnswerBudget;
import io.ferry.inference.Cancellation;
import io.ferry.inference.ModelChoice;
import java.time.Duration;
import java.util.Optional;

/**
 * What a caller who asks a model's tokenizer alone says besides the texts.
 *
 * @param model the model asked for
 * @param timeout how long the caller waits; empty, or longer than the server's own: the server's
 *     own
 * @param cancellation cancelled by the adapter when its caller goes away
 * @param room where the answer is taken; the adapter closes it when the answer is gone
 */
public record TokenTerms(
    ModelChoice model,
    Optional<Duration> timeout,
    Cancellation cancellation,
    AnswerBudget.Room room) {}
