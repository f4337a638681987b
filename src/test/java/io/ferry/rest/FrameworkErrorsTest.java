package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ferry.rest.embeddings.TextEmbeddingsProtocol;
import io.ferry.rest.openai.OpenAiProtocol;
import io.ferry.rest.openinference.OpenInferenceProtocol;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FrameworkErrorsTest {

  private static final Pattern CHOICE = Pattern.compile("\\{call: ([a-z_|]+)}");

  @Test
  void everyPathTakesTheOneMethodThatA405Names() {
    Protocols protocols =
        new Protocols(
            List.of(
                new OpenInferenceProtocol(), new OpenAiProtocol(), new TextEmbeddingsProtocol()),
            new ProcessProtocol());
    int paths = 0;
    for (JavaClass resource :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ferry")) {
      if (resource.isAnnotatedWith(Path.class)) {
        for (JavaMethod method : resource.getAllMethods()) {
          if (method.isMetaAnnotatedWith(HttpMethod.class)) {
            for (String path : paths(resource, method)) {
              String taken = protocols.of(path).method(path);
              assertEquals(taken.equals("GET"), method.isAnnotatedWith(GET.class), path);
              assertEquals(taken.equals("POST"), method.isAnnotatedWith(POST.class), path);
              paths++;
            }
          }
        }
      }
    }
    assertTrue(paths >= 30, "found " + paths);
  }

  /** Its paths: one, or where its template lists alternatives one for each of them. */
  private static List<String> paths(JavaClass resource, JavaMethod method) {
    String root = resource.getAnnotationOfType(Path.class).value();
    String path =
        (root.equals("/") ? "" : root)
            + method.tryGetAnnotationOfType(Path.class).map(Path::value).orElse("");
    Matcher choice = CHOICE.matcher(path);
    return choice.find()
        ? Pattern.compile("\\|")
            .splitAsStream(choice.group(1))
            .map(it -> choice.replaceFirst(Matcher.quoteReplacement(it)))
            .toList()
        : List.of(path);
  }
}
