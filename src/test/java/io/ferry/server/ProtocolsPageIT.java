package io.ferry.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ferry.TestModels;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The calls with curl on docs/protocols.md give the answers that stand there. */
class ProtocolsPageIT {

  private static final Path PAGE = Path.of("docs/protocols.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```sh\\n(curl [^`]*)\\n```\\n\\n```json\\n(.*)\\n```");
  private static final Pattern TARGET = Pattern.compile("localhost:8080(/[^\\s']*)");
  private static final Pattern HEADER = Pattern.compile("-H '([^:]+): ([^']*)'");
  private static final Pattern DATA = Pattern.compile("-d '([^']*)'");
  private static final int FEWEST = 8;

  @Test
  void everyCallIsAnsweredAsItSays() throws Exception {
    List<MatchResult> examples = EXAMPLE.matcher(Files.readString(PAGE)).results().toList();
    assertTrue(examples.size() >= FEWEST, "found " + examples.size() + " examples");
    try (FerryProcess ferry =
        FerryLaunch.models(TestModels.FOLDER)
            .withEnvironment("FERRY_MODELS_DEFAULT", "tiny-bert-embed")
            .start()) {
      Client client =
          new Client(URI.create("http://localhost:" + ferry.applicationPort() + "/process"));
      for (MatchResult example : examples) {
        HttpResponse<String> answer = call(client, example.group(1));
        assertEquals(200, answer.statusCode(), answer::body);
        new DocumentedAnswer(example.group(2)).assertIs(answer.body());
      }
    }
  }

  private static HttpResponse<String> call(Client client, String curl) {
    Matcher target = TARGET.matcher(curl);
    assertTrue(target.find(), curl);
    List<String> headers = new ArrayList<>();
    for (MatchResult header : HEADER.matcher(curl).results().toList()) {
      headers.addAll(List.of(header.group(1), header.group(2)));
    }
    Matcher data = DATA.matcher(curl);
    String body = data.find() ? data.group(1) : "";
    return client.send(
        body.isEmpty() ? "GET" : "POST", target.group(1), body, headers.toArray(String[]::new));
  }
}
