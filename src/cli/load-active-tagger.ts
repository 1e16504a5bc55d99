import { AppError } from '../errors.js';
import type { Tagger } from '../tagger/entity.js';
import { loadTagger } from '../tagger/load-tagger.js';
import { findModel } from './active-model.js';

/** @throws {AppError} `damaged_model` too if the directory holds other weights than were registered. */
export async function loadActiveTagger(spec: string | undefined): Promise<Tagger> {
  const { path, id, version, sha256 } = findModel(spec);
  const tagger = await loadTagger(path, { identity: { id, version } });
  if (sha256 === undefined || sha256 === tagger.model.sha256) return tagger;
  throw new AppError(
    'damaged_model',
    `model ${id}@${version}: "${path}" holds other weights than were registered, so it was overwritten; ` +
      `--model "${path}" takes it as it is`,
  );
}
