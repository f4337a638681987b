package io.ferry.rest;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which methods a path takes. HTTP asks for this list in an answer of 405, and the framework leaves
 * it out.
 */
@Singleton
final class AllowedMethods {

  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

  private record Route(Pattern path, String method) {}

  private final List<Route> routes = new ArrayList<>();

  /** Reads the routes off the resources' annotations. */
  AllowedMethods(BeanManager beans) {
    for (Bean<?> bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
      Path path = bean.getBeanClass().getAnnotation(Path.class);
      if (path != null) {
        for (Method method : bean.getBeanClass().getMethods()) {
          add(path.value(), method);
        }
      }
    }
  }

  private void add(String path, Method method) {
    Path further = method.getAnnotation(Path.class);
    Pattern pattern = pattern(further == null ? path : path + "/" + further.value());
    for (Annotation annotation : method.getAnnotations()) {
      HttpMethod httpMethod = annotation.annotationType().getAnnotation(HttpMethod.class);
      if (httpMethod != null) {
        routes.add(new Route(pattern, httpMethod.value()));
      }
    }
  }

  /** Matches what the template matches; a parameter stands for one segment. */
  private static Pattern pattern(String template) {
    return Pattern.compile(
        Stream.of(template.split("/", -1))
            .filter(segment -> !segment.isEmpty())
            .map(segment -> PARAMETER.matcher(segment).find() ? "[^/]+" : Pattern.quote(segment))
            .collect(Collectors.joining("/", "/?", "/?")));
  }

  /** The methods, such as {@code GET, POST}; empty if nothing is at this path. */
  String of(String path) {
    return routes.stream()
        .filter(route -> route.path().matcher(path).matches())
        .map(Route::method)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
