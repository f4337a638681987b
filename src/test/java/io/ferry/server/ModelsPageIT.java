package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ferry.TestModels;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/models.md give the answers that stand there. */
class ModelsPageIT {

  private static final Path PAGE = Path.of("docs/models.md");
  private static final int TASKS = 5;
  private static final Pattern EXAMPLE =
      Pattern.compile("-d '(\\{.*})'\\n```\\n\\n```json\\n(.*)\\n```");
  private static final Pattern VARIABLE = Pattern.compile("(FERRY_[A-Z_]+)=([^ \\n]+) ");

  @Test
  void everyExampleIsAnsweredAsItSays() throws Exception {
    String page = Files.readString(PAGE);
    FerryLaunch launch = FerryLaunch.models(TestModels.FOLDER);
    Map<String, String> variables = new HashMap<>();
    for (MatchResult set : VARIABLE.matcher(page).results().toList()) {
      variables.put(set.group(1), set.group(2));
    }
    variables.remove("FERRY_MODELS_DIRECTORY");
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      launch = launch.withEnvironment(variable.getKey(), variable.getValue());
    }
    List<MatchResult> examples = EXAMPLE.matcher(page).results().toList();
    assertEquals(TASKS, examples.size());
    try (FerryProcess ferry = launch.start()) {
      for (MatchResult example : examples) {
        HttpResponse<String> answer = ferry.process(example.group(1));
        assertEquals(200, answer.statusCode(), answer::body);
        new DocumentedAnswer(example.group(2)).assertIs(answer.body());
      }
    }
  }
}
