import type { Tagger } from '../tagger/entity.js';
import { loadTagger } from '../tagger/load-tagger.js';
import { findModel } from './active-model.js';

export async function loadActiveTagger(spec: string | undefined): Promise<Tagger> {
  const { path, id, version } = findModel(spec);
  return loadTagger(path, { identity: { id, version } });
}
