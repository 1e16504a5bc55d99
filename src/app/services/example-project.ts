import { readFileSync } from 'node:fs';
import type { AnnotationService } from './annotation.js';
import { BUNDLED_CORPUS } from './paths.js';

const NAME = 'Example: the bundled corpus';

/**
 * The sentences that come with the program as a project, all accepted, to look around in and to train from; its test part is
 * left out, for it is what models are measured on. Opened again it is the same project, whatever was changed in it.
 *
 * @returns Its id.
 */
export function openExampleProject(annotation: AnnotationService): number {
  const known = annotation.projects().find(({ name }) => name === NAME);
  if (known !== undefined) return known.id;
  const id = annotation.create(NAME, ['PER', 'LOC', 'ORG']);
  for (const part of ['train', 'dev'] as const) {
    const path = BUNDLED_CORPUS[part];
    annotation.keep(id, { name: path, content: readFileSync(path), format: 'conll', isChecked: true });
  }
  return id;
}
