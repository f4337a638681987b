package io.ferry.engine.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.TestModels;
import io.ferry.inference.Encoding;
import io.ferry.inference.EncodingOptions;
import io.ferry.inference.EncodingOptions.Truncation;
import io.ferry.inference.Input;
import io.ferry.inference.ModelInput;
import io.ferry.inference.Outcome.Flaw;
import io.ferry.model.Encoder.Encoded;
import io.ferry.model.LoadedModel;
import io.ferry.model.Tokenization;
import io.ferry.model.Tokenization.Decoded;
import io.ferry.model.Tokenization.Token;
import io.ferry.model.Tokenization.Tokenized;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens instead of texts, in both directions; nothing that the model does not have gets by. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextTokensTest {

  private static final String TEXT = "The ferry leaves at seven.";

  private LoadedModel model;
  private Tokenization tokenization;

  @BeforeAll
  void load() throws Exception {
    model = TestModels.pytorch(TestModels.FOLDER.resolve("tiny-bert-embed"));
    tokenization = model.encoder().tokenization().orElseThrow();
  }

  @AfterAll
  void close() {
    model.close();
  }

  private ModelInput row(Input input) throws Exception {
    return assertInstanceOf(
            Encoded.Row.class, model.encoder().encode(input, EncodingOptions.DEFAULT))
        .input();
  }

  private long[] ids(Input input) throws Exception {
    return assertInstanceOf(Encoding.class, row(input)).tokenIds();
  }

  private Encoded.Refused refused(Input input, EncodingOptions options) throws Exception {
    return assertInstanceOf(Encoded.Refused.class, model.encoder().encode(input, options));
  }

  private Encoded.Refused refused(Input input) throws Exception {
    return refused(input, EncodingOptions.DEFAULT);
  }

  private List<Token> tokens(String text, boolean special) throws Exception {
    return assertInstanceOf(
            Tokenized.Tokens.class, tokenization.tokenize(text, special, Optional.empty()))
        .tokens();
  }

  private static long[] ids(List<Token> tokens) {
    return tokens.stream().mapToLong(Token::id).toArray();
  }

  @Test
  void aTextInTokensIsThatText() throws Exception {
    long[] whole = ids(new Input.Text(TEXT));
    long[] bare = Arrays.copyOfRange(whole, 1, whole.length - 1);

    assertArrayEquals(whole, ids(new Input.TokenizedText(bare)));
    assertArrayEquals(whole, ids(new Input.TokenizedText(whole)), "special tokens are put anew");
  }

  @Test
  void aTokenOfAnUnknownWordIsNoSpecialOneThatIsLeftOut() throws Exception {
    for (String text : List.of("渡船每天早上过河。", "The 渡船 leaves.")) {
      long[] whole = ids(new Input.Text(text));

      assertArrayEquals(
          whole, ids(new Input.TokenizedText(Arrays.copyOfRange(whole, 1, whole.length - 1))));
    }
  }

  @Test
  void aRowOfTokensIsTakenAsItIs() throws Exception {
    long[] whole = ids(new Input.Text(TEXT));
    long[] bare = Arrays.copyOfRange(whole, 1, whole.length - 1);

    assertArrayEquals(bare, ids(new Input.TokenRow(bare, new long[bare.length])));
    assertArrayEquals(whole, ids(new Input.TokenRow(whole, new long[whole.length])));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1_000_000, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 1L << 31})
  void aTokenThatTheModelDoesNotHaveIsRefused(long id) throws Exception {
    for (Input input :
        List.of(
            new Input.TokenizedText(new long[] {5, id}),
            new Input.TokenRow(new long[] {5, id}, new long[2]))) {
      assertTrue(refused(input).why().message().startsWith(id + " is no token id of this model"));
    }
    assertInstanceOf(Decoded.Refused.class, tokenization.decode(new long[] {5, id}, true));
    assertTrue(
        refused(new Input.TokenRow(new long[] {5, 6}, new long[] {0, id}))
            .why()
            .message()
            .startsWith(id + " is no token type of this model"));
  }

  @Test
  void noTokenIsNoText() throws Exception {
    assertEquals(Flaw.EMPTY, refused(new Input.TokenizedText(new long[0])).why().flaw());
    assertEquals(Flaw.EMPTY, refused(new Input.TokenRow(new long[0], new long[0])).why().flaw());
    assertInstanceOf(Decoded.Refused.class, tokenization.decode(new long[0], true));
    long special = tokens(TEXT, true).getFirst().id();
    assertEquals(Flaw.EMPTY, refused(new Input.TokenizedText(new long[] {special})).why().flaw());
  }

  @Test
  void aRowThatIsTooLongIsCutOnlyIfAsked() throws Exception {
    int most = model.spec().maxTokens();
    long[] ids = new long[most + 2];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 5L + i % 7;
    }
    Input row = new Input.TokenRow(ids, new long[ids.length]);

    assertTrue(refused(row).why().message().contains("the model takes " + most));
    for (Truncation side : List.of(Truncation.LEFT, Truncation.RIGHT, Truncation.MODEL_SIDE)) {
      Encoded cut = model.encoder().encode(row, new EncodingOptions(side, Optional.empty()));
      Encoding kept =
          assertInstanceOf(Encoding.class, assertInstanceOf(Encoded.Row.class, cut).input());
      int from = side == Truncation.LEFT ? 2 : 0;
      assertArrayEquals(Arrays.copyOfRange(ids, from, from + most), kept.tokenIds());
    }
  }

  @Test
  void tokensSayWhatTheyStandFor() throws Exception {
    List<Token> all = tokens(TEXT, true);
    List<Token> bare = tokens(TEXT, false);

    assertArrayEquals(ids(new Input.Text(TEXT)), ids(all));
    assertEquals(bare, all.subList(1, all.size() - 1));
    assertEquals("[CLS]", all.getFirst().text());
    assertTrue(all.getFirst().special());
    for (Token token : bare) {
      assertEquals(TEXT.substring(token.start(), token.end()), token.text());
    }
    assertEquals("The", bare.getFirst().text());
  }

  @Test
  void placesAreCountedInBytesOfUtf8() throws Exception {
    String text = "😀 é über Ж 渡 ferry";
    byte[] bytes = text.getBytes(UTF_8);

    List<Token> tokens = tokens(text, false);

    assertEquals(bytes.length, tokens.getLast().end());
    for (Token token : tokens) {
      assertEquals(
          new String(bytes, token.start(), token.end() - token.start(), UTF_8), token.text());
    }
  }

  @Test
  void tokensBecomeTextAgain() throws Exception {
    long[] ids = ids(new Input.Text(TEXT));

    Decoded without = tokenization.decode(ids, true);
    Decoded with = tokenization.decode(ids, false);

    assertEquals(new Decoded.Text("the ferry leaves at seven."), without);
    assertEquals(new Decoded.Text("[CLS] the ferry leaves at seven. [SEP]"), with);
  }

  @Test
  void aPromptThatIsNotThereIsRefused() throws Exception {
    EncodingOptions asking = new EncodingOptions(Truncation.REFUSE, Optional.of("nobody"));
    long[] ids = ids(new Input.Text(TEXT));

    assertTrue(
        refused(new Input.TokenRow(ids, new long[ids.length]), asking)
            .why()
            .message()
            .contains("takes no prompt"));
    assertInstanceOf(
        Tokenized.Refused.class, tokenization.tokenize(TEXT, true, Optional.of("nobody")));
  }
}
