import { onTestFinished } from 'vitest';
import { type AnnotationService, createAnnotationService } from '#app/services/annotation.js';
import { openRegistry } from '#app/store/registry.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { fakeTagger } from './fake-tagger.js';

/**
 * A service on a database in memory, with one model, for the current test.
 *
 * @param get What happens when the model is loaded.
 */
export function annotationForTest(
  tagger: Tagger = fakeTagger(),
  path = ':memory:',
  get: () => Promise<Tagger> = async () => tagger,
): AnnotationService {
  const registry = openRegistry(path);
  onTestFinished(() => registry.close());
  const summary = {
    ...tagger.model,
    labels: tagger.labels,
    isActive: true,
    isShipped: false,
    createdAt: '',
    scores: {},
  };
  const models = { list: () => [summary], get };
  return createAnnotationService({
    registry: registry.projects,
    pins: registry.pins,
    parts: registry.sentenceParts,
    models,
  });
}
