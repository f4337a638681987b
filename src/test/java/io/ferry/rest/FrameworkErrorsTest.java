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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FrameworkErrorsTest {

  private static final Pattern CHOICE = Pattern.compile("\\{call: ([a-z_|]+)}");

  @Test
  void everyPathTakesTheMethodThatA405Names() {
    Protocols protocols =
        new Protocols(
            List.of(
                new OpenInferenceProtocol(), new OpenAiProtocol(), new TextEmbeddingsProtocol()),
            new ProcessProtocol());
    Map<String, Set<String>> taken = new TreeMap<>();
    for (JavaClass resource :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.ferry")) {
      if (resource.isAnnotatedWith(Path.class)) {
        for (JavaMethod method : resource.getAllMethods()) {
          if (method.isMetaAnnotatedWith(HttpMethod.class)) {
            String name = method.isAnnotatedWith(GET.class) ? "GET" : "POST";
            assertEquals(name.equals("POST"), method.isAnnotatedWith(POST.class), method::getName);
            for (String path : paths(resource, method)) {
              taken.computeIfAbsent(path, it -> new TreeSet<>()).add(name);
            }
          }
        }
      }
    }
    assertTrue(taken.size() >= 30, taken::toString);
    taken.forEach(
        (path, methods) ->
            assertTrue(methods.contains(protocols.of(path).method(path)), path + methods));
    assertEquals(2, taken.values().stream().filter(it -> it.size() == 2).count(), taken::toString);
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
