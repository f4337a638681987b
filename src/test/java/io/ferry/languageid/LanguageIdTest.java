package io.ferry.languageid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.errorprone.annotations.FormatMethod;
import io.ferry.TestModels;
import io.ferry.batching.Batch;
import io.ferry.batching.PassResult;
import io.ferry.batching.Row;
import io.ferry.engine.folder.EmbeddedModel;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.Input;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Prediction;
import io.ferry.model.Classify;
import io.ferry.model.Encoder;
import io.ferry.model.EncodingException;
import io.ferry.model.LabelScore;
import io.ferry.model.LoadedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures of the model card, measured on the shipped files through Ferry's own engine. */
class LanguageIdTest {

  private static final int PIECE = 20;
  private static final int ROWS = 64;
  private static final Path FOLDER = Path.of("src/main/resources/models/language-id");

  private static LoadedModel model;

  private record Text(String language, String text) {}

  private record Judged(Text text, LabelScore best) {
    boolean right() {
      return best.label().equals(text.language());
    }
  }

  private static final class Answered implements Row {
    private final ModelInput input;
    private Prediction prediction = Prediction.of();

    Answered(ModelInput input) {
      this.input = input;
    }

    @Override
    public ModelInput input() {
      return input;
    }

    @Override
    public void answer(Prediction given) {
      prediction = given;
    }
  }

  @BeforeAll
  static void load() throws Exception {
    try (EmbeddedModel embedded = EmbeddedModel.unpack()) {
      model = TestModels.pytorch(embedded.folder());
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void knows97OfAHundredSentencesThatTrainingNeverSaw() {
    assertAccuracy(0.97, sentences(text -> text), "sentences");
  }

  @Test
  void knows90OfAHundredPiecesOf20Characters() {
    assertAccuracy(0.90, pieces(), "pieces");
  }

  @Test
  void isNotConfusedByUpperCase() {
    assertAccuracy(0.97, sentences(text -> text.toUpperCase(Locale.ROOT)), "upper case");
  }

  @Test
  void isNotConfusedByMissingAccents() {
    List<Text> latin =
        sentences(LanguageIdTest::withoutAccents).stream()
            .filter(text -> !List.of("ar", "he", "hi", "ja", "ko", "zh").contains(text.language()))
            .toList();
    assertAccuracy(0.95, latin, "without accents");
  }

  @Test
  void isNotConfusedByDigits() {
    assertAccuracy(0.97, sentences(text -> "2026 " + text.replace(" ", " 17 ")), "with digits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ok",
        "42",
        "😀",
        "\n",
        " ",
        "https://example.com/a/b?c=1",
        "a@b.example",
        "???",
        "x",
        "12:30",
        "3.14159",
        "OK!",
        "v1.2.3",
        "🎉🎉🎉",
        "<br/>",
        "{}",
        "AB-12345"
      })
  void isNotSureOfWhatIsNoLanguage(String text) {
    double score = judge(List.of(new Text("", text))).getFirst().best().score();
    assertTrue(score < 0.5, "\"%s\" has the top score %.2f".formatted(text, score));
  }

  @Test
  void isNotSureOfTheListOfThingsThatAreNoLanguage() {
    List<Text> texts =
        Sentences.notALanguage().stream()
            .filter(line -> !line.isEmpty())
            .map(line -> new Text("", line))
            .toList();
    double mean =
        judge(texts).stream().mapToDouble(it -> it.best().score()).average().orElseThrow();
    assertTrue(mean < 0.35, "the mean top score is " + mean);
  }

  @Test
  void isAsSureAsItIsRight() {
    List<Judged> judged = new ArrayList<>(judge(pieces()));
    judged.addAll(judge(pieces(8)));
    judged.addAll(judge(sentences(text -> text)));
    double error = 0;
    for (int bin = 0; bin < 10; bin++) {
      double from = bin / 10.0;
      List<Judged> inBin =
          judged.stream()
              .filter(it -> it.best().score() > from && it.best().score() <= from + 0.1)
              .toList();
      double sure = inBin.stream().mapToDouble(it -> it.best().score()).average().orElse(0);
      double right = inBin.stream().mapToDouble(it -> it.right() ? 1 : 0).average().orElse(0);
      error += Math.abs(sure - right) * inBin.size() / judged.size();
    }
    assertTrue(error < 0.05, "the expected calibration error is " + error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de | Der Bus kommt heute wieder zwanzig Minuten zu spät",
        "nl | De bus komt vandaag alweer twintig minuten te laat",
        "ru | Сегодня автобус опять опоздал на двадцать минут",
        "uk | Сьогодні автобус знову запізнився на двадцять хвилин",
        "pt | O ônibus atrasou de novo vinte minutos hoje",
        "es | El autobús llegó otra vez veinte minutos tarde hoy",
        "de | Wo fährt der Zug nach Bremen ab?"
      })
  void tellsNeighboursApart(String language, String text) {
    assertEquals(language, judge(List.of(new Text(language, text))).getFirst().best().label());
  }

  /** The tokenizer's expressions for addresses must not try each start of a run anew. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "a.", "x-", "a@", "a_.", "www.", "http://", "1", " ", "é"})
  void isNotSlowedDownByHostileText(String part) {
    String text = part.repeat(100_000 / part.length());
    // Quadratic time is minutes, linear time some hundredths of a second.
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> model.encoder().encode(new Input.Text(text), EncodingOptions.DEFAULT));
  }

  @Test
  void isUnderSixMegabytes() throws Exception {
    try (Stream<Path> files = Files.list(FOLDER)) {
      long bytes = files.mapToLong(file -> file.toFile().length()).sum();
      assertTrue(bytes < 6_000_000, bytes + " bytes");
    }
  }

  private static void assertAccuracy(double least, List<Text> texts, String what) {
    List<Judged> judged = judge(texts);
    double accuracy = judged.stream().mapToDouble(it -> it.right() ? 1 : 0).average().orElseThrow();
    assertTrue(
        accuracy >= least,
        () ->
            say("%.4f of %d %s, wanted %.2f; wrong: ", accuracy, judged.size(), what, least)
                + judged.stream().filter(it -> !it.right()).limit(20).toList());
  }

  @FormatMethod
  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static List<Text> sentences(UnaryOperator<String> change) {
    List<Text> texts = new ArrayList<>();
    for (Map.Entry<String, List<String>> language : Sentences.heldOut().entrySet()) {
      language.getValue().forEach(it -> texts.add(new Text(language.getKey(), change.apply(it))));
    }
    return texts;
  }

  private static List<Text> pieces() {
    return pieces(PIECE);
  }

  /** All pieces of a length that follow one another in the held-out sentences. */
  private static List<Text> pieces(int length) {
    List<Text> pieces = new ArrayList<>();
    for (Text sentence : sentences(text -> text)) {
      String text = sentence.text();
      for (int start = 0; start + length <= text.length(); start += length / 2) {
        String piece = text.substring(start, start + length);
        pieces.add(new Text(sentence.language(), piece));
      }
    }
    return pieces;
  }

  private static String withoutAccents(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
  }

  private static List<Judged> judge(List<Text> texts) {
    Classify task = (Classify) model.spec().task();
    List<Judged> judged = new ArrayList<>();
    for (int start = 0; start < texts.size(); start += ROWS) {
      List<Text> part = texts.subList(start, Math.min(texts.size(), start + ROWS));
      List<Answered> rows = part.stream().map(text -> new Answered(encode(text.text()))).toList();
      assertEquals(new PassResult.Done(), model.lanes().getFirst().forward(new Batch(rows)));
      for (int i = 0; i < part.size(); i++) {
        judged.add(new Judged(part.get(i), task.rank(rows.get(i).prediction, 1).getFirst()));
      }
    }
    return judged;
  }

  private static ModelInput encode(String text) {
    try {
      return ((Encoder.Encoded.Row)
              model.encoder().encode(new Input.Text(text), EncodingOptions.DEFAULT))
          .input();
    } catch (EncodingException failed) {
      throw new AssertionError(text, failed);
    }
  }
}
