package io.ferry.rest.embeddings;

import io.ferry.rest.ErrorReply;
import io.ferry.rest.ErrorReply.ErrorType;
import io.ferry.rest.Protocol;
import jakarta.inject.Singleton;
import jakarta.ws.rs.HttpMethod;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * text-embeddings-inference (TEI): its paths stand at the root, and behind {@code /models/{model}},
 * which TEI, having one model, has not.
 */
@Singleton
public class TextEmbeddingsProtocol implements Protocol {

  private static final Pattern PATH = Pattern.compile("(?:/models/[^/]+)?/([a-z_]+)");
  private static final String ROOT = "/";
  private static final String MODELS = "/models/";
  private static final Set<String> READ = Set.of("info", "health", "metrics");
  private static final Set<String> CALLED =
      Set.of(
          "embed",
          "embed_all",
          "embed_sparse",
          "embeddings",
          "predict",
          "rerank",
          "similarity",
          "tokenize",
          "decode",
          "vertex",
          "invocations");

  @Override
  public String label() {
    return "tei";
  }

  @Override
  public boolean owns(String path) {
    Matcher matcher = PATH.matcher(path);
    return path.equals(ROOT)
        || path.startsWith(MODELS)
        || (matcher.matches()
            && (READ.contains(matcher.group(1)) || CALLED.contains(matcher.group(1))));
  }

  @Override
  public String method(String path) {
    return READ.contains(path.substring(path.lastIndexOf('/') + 1))
        ? HttpMethod.GET
        : HttpMethod.POST;
  }

  /** As TEI answers: 400 for what is empty, 424 for a model that does something else. */
  @Override
  public ErrorReply adapt(ErrorReply error) {
    return switch (error.type()) {
      case Empty -> error.withStatus(400);
      case OtherTask -> ErrorReply.of(424, ErrorType.Backend, error.message());
      default -> error;
    };
  }
}
