import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { type AnnotationService, createAnnotationService } from './annotation.js';
import { openHomeRegistry } from './home-registry.js';
import { createModelCatalogue } from './model-list.js';
import { shippedOnce } from './shipped-model.js';
import { createTaggerSource } from './tagger-pool.js';

/** The projects of the home, for programs that are not the server; a server that runs meanwhile sees what they do. */
export function withAnnotation<T>(use: (annotation: AnnotationService) => T): T {
  const registry = openHomeRegistry();
  try {
    const list = createModelCatalogue({ registry: registry.models, shipped: shippedOnce() });
    const models = createTaggerSource({ registry: list, load: (path, identity) => loadTagger(path, { identity }) });
    return use(
      createAnnotationService({
        registry: registry.projects,
        pins: registry.pins,
        parts: registry.sentenceParts,
        models,
      }),
    );
  } finally {
    registry.close();
  }
}
