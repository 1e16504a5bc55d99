import { AppError } from '#base/errors.js';
import { type LoadedTagger, loadModelTagger } from '#tagging/tagger/load-tagger.js';
import { findModel } from './active-model.js';

/** @throws {AppError} `damaged_model` too if the directory holds other weights than were registered. */
export async function loadActiveTagger(spec: string | undefined): Promise<LoadedTagger> {
  const { path, id, version, sha256 } = await findModel(spec);
  const loaded = await loadModelTagger(path, { identity: { id, version } });
  if (sha256 === undefined || sha256 === loaded.tagger.model.sha256) return loaded;
  throw new AppError(
    'damaged_model',
    `model ${id}@${version}: "${path}" holds other weights than were registered, so it was overwritten; ` +
      `--model "${path}" takes it as it is`,
  );
}
