package io.ferry.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.ferry.rest.openinference.OpenInferenceProtocol;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameworkErrorsTest {

  @Test
  void everyPathTakesTheOneMethodThatA405Names() {
    List<JavaMethod> resources =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.ferry")
                .stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isMetaAnnotatedWith(HttpMethod.class))
                .toList();

    Protocols protocols =
        new Protocols(List.of(new OpenInferenceProtocol()), new ProcessProtocol());
    assertTrue(resources.size() >= 5, resources::toString);
    for (JavaMethod resource : resources) {
      String path = path(resource);
      String taken = protocols.of(path).method(path);
      assertEquals(taken.equals("GET"), resource.isAnnotatedWith(GET.class), resource::getFullName);
      assertEquals(
          taken.equals("POST"), resource.isAnnotatedWith(POST.class), resource::getFullName);
    }
  }

  private static String path(JavaMethod resource) {
    return resource.getOwner().getAnnotationOfType(Path.class).value()
        + resource.tryGetAnnotationOfType(Path.class).map(Path::value).orElse("");
  }
}
