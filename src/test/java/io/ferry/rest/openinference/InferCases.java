package io.ferry.rest.openinference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the protocol has to say, case by case, after the lists of what KServe and Triton test: every
 * datatype to its limits, shapes, several inputs, outputs asked for, texts and tokens, terms.
 *
 * <p>A line is a name, a model (see {@code Models.named}), inputs, the rest of the request, and the
 * outputs that must come.
 */
final class InferCases {

  /** One request and its answer. */
  record InferCase(
      String name,
      String model,
      List<WireForm.Tensor> inputs,
      JsonNode rest,
      List<WireForm.Tensor> outputs) {

    static InferCase of(String line) {
      String[] parts = CELL.split(line, -1);
      return new InferCase(
          parts[0].strip(),
          parts[1].strip(),
          WireForm.Tensor.list(parts[2]),
          WireForm.json(parts[3]),
          WireForm.Tensor.list(parts[4]));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Pattern CELL = Pattern.compile(" \\| ");

  private static final String DATATYPES =
      """
      fp32 one row | x FP32 [-1,4] | x FP32 [1,4] [1,2.5,-3,0] | {} | x FP32 [1,4] [1,2.5,-3,0]
      fp32 whole numbers | x FP32 [-1,3] | x FP32 [1,3] [7,-8,123456789] | {} | x FP32 [1,3] [7,-8,123456792]
      fp32 largest | x FP32 [-1,2] | x FP32 [1,2] [3.4028235e38,-3.4028235e38] | {} | x FP32 [1,2] [3.4028235e38,-3.4028235e38]
      fp32 smallest | x FP32 [-1,2] | x FP32 [1,2] [1.17549435e-38,-1.17549435e-38] | {} | x FP32 [1,2] [1.17549435e-38,-1.17549435e-38]
      fp32 subnormal | x FP32 [-1,2] | x FP32 [1,2] [1.4e-45,-1.0e-40] | {} | x FP32 [1,2] [1.4e-45,-1.0e-40]
      fp32 negative zero | x FP32 [-1,1] | x FP32 [1,1] [-0.0] | {} | x FP32 [1,1] [-0.0]
      fp32 nearest | x FP32 [-1,3] | x FP32 [1,3] [0.1,0.30000001,1e-60] | {} | x FP32 [1,3] [0.1,0.3,0]
      fp32 exponents | x FP32 [-1,4] | x FP32 [1,4] [1e3,1E3,1e+3,1000e-3] | {} | x FP32 [1,4] [1000,1000,1000,1]
      fp32 many digits | x FP32 [-1,1] | x FP32 [1,1] [3.141592653589793238462643383279502884197] | {} | x FP32 [1,1] [3.1415927]
      fp32 large whole | x FP32 [-1,1] | x FP32 [1,1] [123456789012345678901234567890] | {} | x FP32 [1,1] [1.2345679e29]
      fp64 one row | x FP64 [-1,3] | x FP64 [1,3] [1,-2.5,0.1] | {} | x FP64 [1,3] [1,-2.5,0.1]
      fp64 largest | x FP64 [-1,2] | x FP64 [1,2] [1.7976931348623157e308,-1.7976931348623157e308] | {} | x FP64 [1,2] [1.7976931348623157e308,-1.7976931348623157e308]
      fp64 smallest | x FP64 [-1,2] | x FP64 [1,2] [4.9e-324,2.2250738585072014e-308] | {} | x FP64 [1,2] [4.9e-324,2.2250738585072014e-308]
      fp64 all digits | x FP64 [-1,2] | x FP64 [1,2] [0.30000000000000004,9007199254740993] | {} | x FP64 [1,2] [0.30000000000000004,9007199254740992]
      fp64 negative zero | x FP64 [-1,1] | x FP64 [1,1] [-0.0] | {} | x FP64 [1,1] [-0.0]
      fp16 one row | x FP16 [-1,3] | x FP16 [1,3] [1.5,-2,0] | {} | x FP16 [1,3] [1.5,-2,0]
      fp16 largest | x FP16 [-1,2] | x FP16 [1,2] [65504,-65504] | {} | x FP16 [1,2] [65504,-65504]
      fp16 subnormal | x FP16 [-1,2] | x FP16 [1,2] [6.0e-8,6.1e-5] | {} | x FP16 [1,2] [6.0e-8,6.1e-5]
      fp16 batch | x FP16 [-1,2] | x FP16 [3,2] [1,2,3,4,5,6] | {} | x FP16 [3,2] [1,2,3,4,5,6]
      int8 range | x INT8 [-1,4] | x INT8 [1,4] [-128,127,0,-1] | {} | x INT8 [1,4] [-128,127,0,-1]
      int8 batch | x INT8 [-1,2] | x INT8 [2,2] [[1,2],[3,4]] | {} | x INT8 [2,2] [1,2,3,4]
      uint8 range | x UINT8 [-1,4] | x UINT8 [1,4] [0,255,128,1] | {} | x UINT8 [1,4] [0,255,128,1]
      uint8 picture | x UINT8 [-1,2,2,3] | x UINT8 [1,2,2,3] [0,10,20,30,40,50,60,70,80,90,100,255] | {} | x UINT8 [1,2,2,3] [0,10,20,30,40,50,60,70,80,90,100,255]
      int32 range | x INT32 [-1,3] | x INT32 [1,3] [-2147483648,2147483647,0] | {} | x INT32 [1,3] [-2147483648,2147483647,0]
      int32 batch | x INT32 [-1,2] | x INT32 [2,2] [1,2,3,4] | {} | x INT32 [2,2] [1,2,3,4]
      int64 range | x INT64 [-1,2] | x INT64 [1,2] [-9223372036854775808,9223372036854775807] | {} | x INT64 [1,2] [-9223372036854775808,9223372036854775807]
      int64 beyond doubles | x INT64 [-1,2] | x INT64 [1,2] [9007199254740993,-9007199254740993] | {} | x INT64 [1,2] [9007199254740993,-9007199254740993]
      int64 batch | x INT64 [-1,1] | x INT64 [4,1] [1,2,3,4] | {} | x INT64 [4,1] [1,2,3,4]
      bool words | x BOOL [-1,4] | x BOOL [1,4] [true,false,false,true] | {} | x BOOL [1,4] [true,false,false,true]
      bool digits | x BOOL [-1,3] | x BOOL [1,3] [1,0,1] | {} | x BOOL [1,3] [true,false,true]
      bool batch | x BOOL [-1,1] | x BOOL [3,1] [[true],[false],[true]] | {} | x BOOL [3,1] [true,false,true]
      """;

  private static final String SHAPES =
      """
      a number a row | x INT64 [-1] | x INT64 [3] [7,8,9] | {} | x INT64 [3] [7,8,9]
      a number a row, one row | x FP32 [-1] | x FP32 [1] [0.5] | {} | x FP32 [1] [0.5]
      one of one | x FP32 [-1,1] | x FP32 [1,1] [5] | {} | x FP32 [1,1] [5]
      two axes, flat | x FP32 [-1,3] | x FP32 [2,3] [1,2,3,4,5,6] | {} | x FP32 [2,3] [1,2,3,4,5,6]
      two axes, nested | x FP32 [-1,3] | x FP32 [2,3] [[1,2,3],[4,5,6]] | {} | x FP32 [2,3] [1,2,3,4,5,6]
      three axes, flat | x FP32 [-1,2,2] | x FP32 [2,2,2] [1,2,3,4,5,6,7,8] | {} | x FP32 [2,2,2] [1,2,3,4,5,6,7,8]
      three axes, nested | x FP32 [-1,2,2] | x FP32 [2,2,2] [[[1,2],[3,4]],[[5,6],[7,8]]] | {} | x FP32 [2,2,2] [1,2,3,4,5,6,7,8]
      four axes, nested | x INT32 [-1,1,2,2] | x INT32 [2,1,2,2] [[[[1,2],[3,4]]],[[[5,6],[7,8]]]] | {} | x INT32 [2,1,2,2] [1,2,3,4,5,6,7,8]
      five axes of one | x INT8 [-1,1,1,1,1] | x INT8 [1,1,1,1,1] [[[[[9]]]]] | {} | x INT8 [1,1,1,1,1] [9]
      row-major order | x INT32 [-1,3,2] | x INT32 [1,3,2] [[[0,1],[2,3],[4,5]]] | {} | x INT32 [1,3,2] [0,1,2,3,4,5]
      a picture | x FP32 [-1,3,2,2] | x FP32 [1,3,2,2] [1,2,3,4,5,6,7,8,9,10,11,12] | {} | x FP32 [1,3,2,2] [1,2,3,4,5,6,7,8,9,10,11,12]
      an axis that varies, short | x FP32 [-1,-1] | x FP32 [1,1] [1] | {} | x FP32 [1,1] [1]
      an axis that varies, long | x FP32 [-1,-1] | x FP32 [1,7] [1,2,3,4,5,6,7] | {} | x FP32 [1,7] [1,2,3,4,5,6,7]
      an axis that varies, batch | x FP32 [-1,-1] | x FP32 [2,2] [1,2,3,4] | {} | x FP32 [2,2] [1,2,3,4]
      two axes that vary | x INT64 [-1,-1,-1] | x INT64 [1,2,3] [1,2,3,4,5,6] | {} | x INT64 [1,2,3] [1,2,3,4,5,6]
      the middle axis varies | x INT64 [-1,-1,2] | x INT64 [2,1,2] [1,2,3,4] | {} | x INT64 [2,1,2] [1,2,3,4]
      eight rows | x INT32 [-1,1] | x INT32 [8,1] [0,1,2,3,4,5,6,7] | {} | x INT32 [8,1] [0,1,2,3,4,5,6,7]
      space in the data | x INT32 [-1,2] | x INT32 [1,2] [ 1 , 2 ] | {} | x INT32 [1,2] [1,2]
      """;

  private static final String INPUTS =
      """
      two of one kind | x FP32 [-1,2]; y FP32 [-1,2] | x FP32 [1,2] [1,2]; y FP32 [1,2] [3,4] | {} | x FP32 [1,2] [1,2]; y FP32 [1,2] [3,4]
      two of one kind, other order | x FP32 [-1,2]; y FP32 [-1,2] | y FP32 [1,2] [3,4]; x FP32 [1,2] [1,2] | {} | x FP32 [1,2] [1,2]; y FP32 [1,2] [3,4]
      three kinds | n FP32 [-1,2]; c INT64 [-1,1]; m BOOL [-1,1] | n FP32 [1,2] [1,2]; c INT64 [1,1] [3]; m BOOL [1,1] [true] | {} | n FP32 [1,2] [1,2]; c INT64 [1,1] [3]; m BOOL [1,1] [true]
      three kinds, other order | n FP32 [-1,2]; c INT64 [-1,1]; m BOOL [-1,1] | m BOOL [1,1] [true]; c INT64 [1,1] [3]; n FP32 [1,2] [1,2] | {} | n FP32 [1,2] [1,2]; c INT64 [1,1] [3]; m BOOL [1,1] [true]
      three kinds, batch | n FP32 [-1,2]; c INT64 [-1,1]; m BOOL [-1,1] | n FP32 [2,2] [[1,2],[3,4]]; c INT64 [2,1] [5,6]; m BOOL [2,1] [true,false] | {} | n FP32 [2,2] [1,2,3,4]; c INT64 [2,1] [5,6]; m BOOL [2,1] [true,false]
      flat beside nested | x INT32 [-1,2]; y INT32 [-1,2] | x INT32 [2,2] [1,2,3,4]; y INT32 [2,2] [[5,6],[7,8]] | {} | x INT32 [2,2] [1,2,3,4]; y INT32 [2,2] [5,6,7,8]
      odd lengths | a INT8 [-1,3]; b FP64 [-1,1]; c UINT8 [-1,5] | a INT8 [1,3] [1,2,3]; b FP64 [1,1] [0.1]; c UINT8 [1,5] [1,2,3,4,5] | {} | a INT8 [1,3] [1,2,3]; b FP64 [1,1] [0.1]; c UINT8 [1,5] [1,2,3,4,5]
      different ranks | x FP32 [-1]; y FP32 [-1,2,1] | x FP32 [2] [1,2]; y FP32 [2,2,1] [3,4,5,6] | {} | x FP32 [2] [1,2]; y FP32 [2,2,1] [3,4,5,6]
      half beside int | x FP16 [-1,2]; y INT32 [-1,1] | x FP16 [1,2] [0.5,1]; y INT32 [1,1] [7] | {} | x FP16 [1,2] [0.5,1]; y INT32 [1,1] [7]
      a name with a dot | model.input:0 FP32 [-1,1] | model.input:0 FP32 [1,1] [1] | {} | model.input:0 FP32 [1,1] [1]
      a name in another script | größe FP32 [-1,1] | größe FP32 [1,1] [1] | {} | größe FP32 [1,1] [1]
      a tensor called text | text INT32 [-1,1] | text INT32 [1,1] [1] | {} | text INT32 [1,1] [1]
      a tensor called input_ids | input_ids INT64 [-1,-1]; attention_mask INT64 [-1,-1] | input_ids INT64 [1,3] [5,6,0]; attention_mask INT64 [1,3] [1,1,0] | {} | input_ids INT64 [1,3] [5,6,0]; attention_mask INT64 [1,3] [1,1,0]
      """;

  private static final String OUTPUTS =
      """
      all, unasked | x FP32 [-1,1]; y INT64 [-1,1] | x FP32 [1,1] [1]; y INT64 [1,1] [2] | {} | x FP32 [1,1] [1]; y INT64 [1,1] [2]
      an empty list is all | x FP32 [-1,1]; y INT64 [-1,1] | x FP32 [1,1] [1]; y INT64 [1,1] [2] | {"outputs":[]} | x FP32 [1,1] [1]; y INT64 [1,1] [2]
      null is all | x FP32 [-1,1]; y INT64 [-1,1] | x FP32 [1,1] [1]; y INT64 [1,1] [2] | {"outputs":null} | x FP32 [1,1] [1]; y INT64 [1,1] [2]
      the first | x FP32 [-1,1]; y INT64 [-1,1] | x FP32 [1,1] [1]; y INT64 [1,1] [2] | {"outputs":[{"name":"x"}]} | x FP32 [1,1] [1]
      the second | x FP32 [-1,1]; y INT64 [-1,1] | x FP32 [1,1] [1]; y INT64 [1,1] [2] | {"outputs":[{"name":"y"}]} | y INT64 [1,1] [2]
      both, other order | x FP32 [-1,1]; y INT64 [-1,1] | x FP32 [1,1] [1]; y INT64 [1,1] [2] | {"outputs":[{"name":"y"},{"name":"x"}]} | y INT64 [1,1] [2]; x FP32 [1,1] [1]
      with empty parameters | x FP32 [-1,1] | x FP32 [1,1] [1] | {"outputs":[{"name":"x","parameters":{}}],"parameters":{}} | x FP32 [1,1] [1]
      with null parameters | x FP32 [-1,1] | x FP32 [1,1] [1] | {"outputs":[{"name":"x","parameters":null}]} | x FP32 [1,1] [1]
      the best class | x FP32 [-1,3] | x FP32 [1,3] [0.5,2.5,1] | {"outputs":[{"name":"x","parameters":{"classification":1}}]} | x BYTES [1,1] ["2.5:1"]
      the two best classes | x FP32 [-1,3] | x FP32 [1,3] [0.5,2.5,1] | {"outputs":[{"name":"x","parameters":{"classification":2}}]} | x BYTES [1,2] ["2.5:1","1.0:2"]
      all classes | x FP32 [-1,3] | x FP32 [1,3] [0.5,2.5,1] | {"outputs":[{"name":"x","parameters":{"classification":3}}]} | x BYTES [1,3] ["2.5:1","1.0:2","0.5:0"]
      more classes than there are | x FP32 [-1,2] | x FP32 [1,2] [1,2] | {"outputs":[{"name":"x","parameters":{"classification":99}}]} | x BYTES [1,2] ["2.0:1","1.0:0"]
      no classes are the tensor | x FP32 [-1,2] | x FP32 [1,2] [1,2] | {"outputs":[{"name":"x","parameters":{"classification":0}}]} | x FP32 [1,2] [1,2]
      classes of a batch | x FP32 [-1,2] | x FP32 [2,2] [1,2,4,3] | {"outputs":[{"name":"x","parameters":{"classification":1}}]} | x BYTES [2,1] ["2.0:1","4.0:0"]
      classes that are equal | x FP32 [-1,3] | x FP32 [1,3] [1,1,1] | {"outputs":[{"name":"x","parameters":{"classification":3}}]} | x BYTES [1,3] ["1.0:0","1.0:1","1.0:2"]
      classes of whole numbers | x INT64 [-1,3] | x INT64 [1,3] [-5,7,0] | {"outputs":[{"name":"x","parameters":{"classification":2}}]} | x BYTES [1,2] ["7:1","0:2"]
      classes of fp64 | x FP64 [-1,2] | x FP64 [1,2] [0.1,0.2] | {"outputs":[{"name":"x","parameters":{"classification":1}}]} | x BYTES [1,1] ["0.2:1"]
      classes of negatives | x FP32 [-1,2] | x FP32 [1,2] [-1,-2] | {"outputs":[{"name":"x","parameters":{"classification":1}}]} | x BYTES [1,1] ["-1.0:0"]
      classes over two axes | x INT32 [-1,2,2] | x INT32 [1,2,2] [1,9,3,4] | {"outputs":[{"name":"x","parameters":{"classification":2}}]} | x BYTES [1,2] ["9:1","4:3"]
      classes beside a tensor | x INT32 [-1,2]; y INT32 [-1,1] | x INT32 [1,2] [1,9]; y INT32 [1,1] [5] | {"outputs":[{"name":"y"},{"name":"x","parameters":{"classification":1}}]} | y INT32 [1,1] [5]; x BYTES [1,1] ["9:1"]
      """;

  private static final String TEXTS =
      """
      a vector | embedder | text BYTES [1] ["abc"] | {} | embedding FP32 [1,2] [3,97]
      vectors | embedder | text BYTES [3] ["abc","b","cc"] | {} | embedding FP32 [3,2] [3,97,1,98,2,99]
      texts as a column | embedder | text BYTES [2,1] [["abc"],["b"]] | {} | embedding FP32 [2,2] [3,97,1,98]
      texts as a flat column | embedder | text BYTES [2,1] ["abc","b"] | {} | embedding FP32 [2,2] [3,97,1,98]
      umlauts | embedder | text BYTES [1] ["äöü"] | {} | embedding FP32 [1,2] [3,228]
      a character beyond 16 bits | embedder | text BYTES [1] ["😀"] | {} | embedding FP32 [1,2] [2,128512]
      an escaped character | embedder | text BYTES [1] ["\\u00e4\\n"] | {} | embedding FP32 [1,2] [2,228]
      a text of zeros | embedder | text BYTES [1] ["\\u0000\\u0000"] | {} | embedding FP32 [1,2] [2,0]
      a long text | embedder | text BYTES [1] ["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] | {} | embedding FP32 [1,2] [64,120]
      the vector, asked for | embedder | text BYTES [1] ["abc"] | {"outputs":[{"name":"embedding"}]} | embedding FP32 [1,2] [3,97]
      a class | classifier | text BYTES [1] ["ab"] | {} | logits FP32 [1,3] [2,97,0.5]; label BYTES [1] ["b"]; score FP32 [1] [97]
      classes | classifier | text BYTES [2] ["ab","\\u0001aa"] | {} | logits FP32 [2,3] [2,97,0.5,3,1,0.5]; label BYTES [2] ["b","a"]; score FP32 [2] [97,3]
      the label alone | classifier | text BYTES [1] ["ab"] | {"outputs":[{"name":"label"}]} | label BYTES [1] ["b"]
      the score alone | classifier | text BYTES [1] ["ab"] | {"outputs":[{"name":"score"}]} | score FP32 [1] [97]
      label and score, other order | classifier | text BYTES [1] ["ab"] | {"outputs":[{"name":"score"},{"name":"label"}]} | score FP32 [1] [97]; label BYTES [1] ["b"]
      logits as classes with labels | classifier | text BYTES [1] ["ab"] | {"outputs":[{"name":"logits","parameters":{"classification":2}}]} | logits BYTES [1,2] ["97.0:1:b","2.0:0:a"]
      a pair | classifier | text BYTES [1] ["ab"]; text_pair BYTES [1] ["cde"] | {} | logits FP32 [1,3] [23,-1,0.5]; label BYTES [1] ["a"]; score FP32 [1] [23]
      pairs, other order | classifier | text_pair BYTES [2] ["c","dd"]; text BYTES [2] ["ab","e"] | {"outputs":[{"name":"score"}]} | score FP32 [2] [21,12]
      a ranking | reranker | query BYTES [2] ["ab","ab"]; text BYTES [2] ["x","yyy"] | {} | logits FP32 [2,1] [21,23]; score FP32 [2] [21,23]
      a ranking, other order | reranker | text BYTES [1] ["x"]; query BYTES [1] ["ab"] | {} | logits FP32 [1,1] [21]; score FP32 [1] [21]
      the score of a ranking | reranker | query BYTES [1] ["ab"]; text BYTES [1] ["x"] | {"outputs":[{"name":"score"}]} | score FP32 [1] [21]
      vectors of tokens | tokens | text BYTES [1] ["ab"] | {} | token_embeddings FP32 [1,2,2] [97,0,98,1]; attention_mask INT64 [1,2] [1,1]
      vectors of tokens, padded | tokens | text BYTES [2] ["abc","d"] | {} | token_embeddings FP32 [2,3,2] [97,0,98,1,99,2,100,0,0,0,0,0]; attention_mask INT64 [2,3] [1,1,1,1,0,0]
      the mask alone | tokens | text BYTES [2] ["a","bc"] | {"outputs":[{"name":"attention_mask"}]} | attention_mask INT64 [2,2] [1,0,1,1]
      """;

  private static final String TOKENS =
      """
      tokens alone | embedder | input_ids INT64 [1,3] [5,6,7] | {} | embedding FP32 [1,2] [3,18]
      tokens and a mask of ones | embedder | input_ids INT64 [1,3] [5,6,7]; attention_mask INT64 [1,3] [1,1,1] | {} | embedding FP32 [1,2] [3,18]
      padding on the right | embedder | input_ids INT64 [2,3] [[5,6,0],[7,8,9]]; attention_mask INT64 [2,3] [[1,1,0],[1,1,1]] | {} | embedding FP32 [2,2] [2,11,3,24]
      padding on the left | embedder | input_ids INT64 [2,3] [[0,5,6],[7,8,9]]; attention_mask INT64 [2,3] [[0,1,1],[1,1,1]] | {} | embedding FP32 [2,2] [2,11,3,24]
      padding on both sides | embedder | input_ids INT64 [1,4] [1,5,6,1]; attention_mask INT64 [1,4] [0,1,1,0] | {} | embedding FP32 [1,2] [2,11]
      one token of many | embedder | input_ids INT64 [1,4] [1,1,6,1]; attention_mask INT64 [1,4] [0,0,1,0] | {} | embedding FP32 [1,2] [1,6]
      token types | embedder | input_ids INT64 [1,3] [5,6,7]; token_type_ids INT64 [1,3] [0,0,1] | {} | embedding FP32 [1,2] [3,118]
      token types behind padding | embedder | input_ids INT64 [1,3] [9,6,7]; attention_mask INT64 [1,3] [0,1,1]; token_type_ids INT64 [1,3] [1,0,1] | {} | embedding FP32 [1,2] [2,113]
      all three, other order | embedder | token_type_ids INT64 [1,2] [0,1]; attention_mask INT64 [1,2] [1,1]; input_ids INT64 [1,2] [5,6] | {} | embedding FP32 [1,2] [2,111]
      tokens for a classifier | classifier | input_ids INT64 [1,2] [1,2] | {"outputs":[{"name":"label"}]} | label BYTES [1] ["b"]
      tokens for a reranker | reranker | input_ids INT64 [2,2] [1,2,3,4]; token_type_ids INT64 [2,2] [0,1,0,1] | {"outputs":[{"name":"score"}]} | score FP32 [2] [2,2]
      tokens for vectors of tokens | tokens | input_ids INT64 [2,2] [7,8,9,0]; attention_mask INT64 [2,2] [1,1,1,0] | {} | token_embeddings FP32 [2,2,2] [7,0,8,1,9,0,0,0]; attention_mask INT64 [2,2] [1,1,1,0]
      """;

  private static final String TERMS =
      """
      an id | x FP32 [-1,1] | x FP32 [1,1] [1] | {"id":"7"} | x FP32 [1,1] [1]
      an empty id | x FP32 [-1,1] | x FP32 [1,1] [1] | {"id":""} | x FP32 [1,1] [1]
      an id of null | x FP32 [-1,1] | x FP32 [1,1] [1] | {"id":null} | x FP32 [1,1] [1]
      a timeout | x FP32 [-1,1] | x FP32 [1,1] [1] | {"parameters":{"timeout":5000000}} | x FP32 [1,1] [1]
      no timeout | x FP32 [-1,1] | x FP32 [1,1] [1] | {"parameters":{"timeout":0}} | x FP32 [1,1] [1]
      a priority | x FP32 [-1,1] | x FP32 [1,1] [1] | {"parameters":{"priority":1}} | x FP32 [1,1] [1]
      a priority of null | x FP32 [-1,1] | x FP32 [1,1] [1] | {"parameters":{"priority":null}} | x FP32 [1,1] [1]
      all terms | x FP32 [-1,1] | x FP32 [1,1] [1] | {"id":"a b ☃","parameters":{"priority":3,"timeout":1},"outputs":[{"name":"x","parameters":{"classification":0}}]} | x FP32 [1,1] [1]
      """;

  private InferCases() {}

  static List<InferCase> all() {
    return Stream.of(DATATYPES, SHAPES, INPUTS, OUTPUTS, TEXTS, TOKENS, TERMS)
        .flatMap(String::lines)
        .map(InferCase::of)
        .toList();
  }
}
