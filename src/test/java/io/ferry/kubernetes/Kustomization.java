package io.ferry.kubernetes;

import java.util.List;

/**
 * What a kustomization.yaml here may say. Kustomize knows more; a field is added when an overlay
 * needs it, so that no misspelt one passes.
 *
 * @param apiVersion of kustomize's own format
 * @param kind always Kustomization
 * @param resources files beside it
 * @param images which image a name in the manifests stands for
 */
record Kustomization(String apiVersion, String kind, List<String> resources, List<Image> images) {

  /**
   * One image.
   *
   * @param name as the manifests have it
   * @param newName registry and repository, if other than the name
   * @param newTag the tag
   * @param digest instead of a tag
   */
  record Image(String name, String newName, String newTag, String digest) {}
}
