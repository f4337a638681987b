package io.ferry.engine.djl;

import io.ferry.engine.WantedInput;
import io.ferry.model.ModelLoadException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a TorchScript takes. DJL cannot be asked for it, but PyTorch names the whole declaration
 * when forward is called with nothing: {@code forward(__torch__.Model self, Tensor input_ids,
 * Tensor attention_mask) -> Tensor}.
 */
final class ForwardDeclaration {

  private static final Pattern DECLARATION =
      Pattern.compile("\\bforward\\((__torch__.*?)\\)\\s*->", Pattern.DOTALL);
  private static final Pattern TENSOR =
      Pattern.compile("(?:Tensor\\??|Optional\\[Tensor])\\s+(\\w+)(?:\\s*=\\s*None)?");

  private ForwardDeclaration() {}

  /**
   * The inputs that a declaration names.
   *
   * @param message what PyTorch said to a call without arguments
   * @throws ModelLoadException if there is no declaration in it, or one with other things than
   *     tensors
   */
  static List<WantedInput> inputs(String message) throws ModelLoadException {
    Matcher declaration = DECLARATION.matcher(message);
    if (!declaration.find()) {
      throw new ModelLoadException("model.pt does not tell which inputs its forward takes");
    }
    List<WantedInput> inputs = new ArrayList<>();
    List<String> arguments = arguments(declaration.group(1));
    for (String argument : arguments.subList(1, arguments.size())) {
      Matcher tensor = TENSOR.matcher(argument);
      if (!tensor.matches()) {
        throw new ModelLoadException(
            "model.pt takes \"%s\"; Ferry gives tensors alone".formatted(argument));
      }
      inputs.add(new WantedInput(tensor.group(1), Optional.empty()));
    }
    return List.copyOf(inputs);
  }

  /** Splits at the commas that are in no brackets. */
  private static List<String> arguments(String all) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= all.length(); i++) {
      char c = i < all.length() ? all.charAt(i) : ',';
      if (c == '[' || c == '(') {
        depth++;
      } else if (c == ']' || c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        arguments.add(all.substring(start, i).strip());
        start = i + 1;
      }
    }
    return arguments;
  }
}
