package io.ferry.rest.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.model.Tokenization.Token;
import io.ferry.protocol.MalformedException;
import io.ferry.rest.Answers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCallsTest {

  private static TokenizeCall tokenize(String body) throws Exception {
    return TokenizeCall.parse(Calls.utf8(body));
  }

  private static DecodeCall decode(String body) throws Exception {
    return DecodeCall.parse(Calls.utf8(body));
  }

  @Test
  void specialTokensAreAddedUnlessNotWanted() throws Exception {
    assertEquals(
        new TokenizeCall(List.of("a"), false, true, Optional.empty()),
        tokenize("{\"inputs\": \"a\"}"));
    assertEquals(
        new TokenizeCall(List.of("a", "b"), true, false, Optional.of("query")),
        tokenize(
            "{\"inputs\": [\"a\", \"b\"], \"add_special_tokens\": false, \"prompt_name\": \"query\"}"));
  }

  @Test
  void aSpecialTokenStandsNowhere() {
    List<Token> tokens =
        List.of(new Token(2, "[CLS]", true, 0, 0), new Token(89, "ferry", false, 0, 5));
    assertEquals(
        "[[{\"id\":2,\"text\":\"[CLS]\",\"special\":true,\"start\":null,\"stop\":null},"
            + "{\"id\":89,\"text\":\"ferry\",\"special\":false,\"start\":0,\"stop\":5}],[]]",
        Answers.written(json -> TokenizeCall.write(List.of(tokens, List.of()), json)));
  }

  @Test
  void idsAreOneTextOrAListOfThem() throws Exception {
    DecodeCall one = decode("{\"ids\": [1, 2]}");
    assertFalse(one.list());
    assertTrue(one.skipSpecialTokens());
    assertArrayEquals(new long[] {1, 2}, one.ids().getFirst());
    DecodeCall two = decode("{\"ids\": [[1], [2, 3]], \"skip_special_tokens\": false}");
    assertTrue(two.list());
    assertFalse(two.skipSpecialTokens());
    assertArrayEquals(new long[] {1}, two.ids().get(0));
    assertArrayEquals(new long[] {2, 3}, two.ids().get(1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {}                                        | the field "inputs" is missing
          {"inputs": 1}                             | "inputs" must be a text, not the number 1
          {"inputs": [[1]]}                         | "inputs"[0] must be a text, not a list
          {"inputs": "a", "add_special_tokens": 1}  | "add_special_tokens" must be true or false
          {"inputs": "a", "truncate": true}         | unknown field "truncate"
          """)
  void mistakesInTextsAreNamed(String body, String says) {
    MalformedException refused = assertThrows(MalformedException.class, () -> tokenize(body));
    assertTrue(refused.explanation().contains(says), refused::explanation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          {}                                       | the field "ids" is missing
          {"ids": 1}                               | "ids" must be a list of token ids or a list of those
          {"ids": ["a"]}                           | "ids"[0] must be a token id, which is a whole number, not a text
          {"ids": [1, [2]]}                        | "ids"[1] must be a token id, which is a whole number, not a list
          {"ids": [[1], 2]}                        | "ids"[1] must be a list of token ids, not the number 2
          {"ids": [[1.5]]}                         | "ids"[0][0] must be a token id
          {"ids": [1], "skip_special_tokens": 0}   | "skip_special_tokens" must be true or false
          {"inputs": [1]}                          | unknown field "inputs"
          """)
  void mistakesInIdsAreNamed(String body, String says) {
    MalformedException refused = assertThrows(MalformedException.class, () -> decode(body));
    assertTrue(refused.explanation().contains(says), refused::explanation);
  }
}
