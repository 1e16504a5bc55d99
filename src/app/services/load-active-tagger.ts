import { type LoadedTagger, loadModelTagger } from '#tagging/tagger/load-tagger.js';
import { findModel } from './active-model.js';
import { assertRegisteredWeights } from './registered-weights.js';

/**
 * @param notice Told if the registry cannot be read and another way to a model was found.
 * @throws {AppError} as `findModel` and `loadTagger`; `damaged_model` too if the directory holds other weights than were
 *   registered.
 */
export async function loadActiveTagger(
  spec: string | undefined,
  notice?: (message: string) => void,
): Promise<LoadedTagger> {
  const { path, id, version, sha256 } = await findModel(spec, notice);
  const loaded = await loadModelTagger(path, { identity: { id, version } });
  if (sha256 !== undefined) assertRegisteredWeights(loaded.tagger.model.sha256, { id, version, path, sha256 });
  return loaded;
}
