import { basename, resolve } from 'node:path';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { loadModel } from '#tagging/model/model-directory.js';
import type { LoadedModel } from '#tagging/model/model-files.js';
import type { ModelIdentity, Tagger } from './entity.js';
import { createTagger, type ModelTagger } from './tagger.js';

export interface LoadTaggerOptions {
  /** What answers call the model; the directory's name and version 0 unless told. */
  readonly identity?: Pick<ModelIdentity, 'id' | 'version'>;
  readonly kernels?: KernelChoice;
}

/** A tagger, and what its model keeps of the names it has learned from. */
export interface LoadedTagger {
  readonly tagger: ModelTagger;
  readonly entities: LoadedModel['entities'];
}

/**
 * A tagger from a model directory.
 *
 * @throws {AppError} `unknown_model`, `damaged_model`, `incompatible_model`
 */
export async function loadTagger(path: string, options: LoadTaggerOptions = {}): Promise<Tagger> {
  return (await loadModelTagger(path, options)).tagger;
}

/** As {@link loadTagger}, with all that evaluating it takes. */
export async function loadModelTagger(path: string, options: LoadTaggerOptions = {}): Promise<LoadedTagger> {
  const { kernels } = await selectKernels(options.kernels);
  const { model, meta, tokenizer, calibration, entities } = loadModel(path, kernels);
  const { id, version } = options.identity ?? { id: basename(resolve(path)), version: 0 };
  const { temperature, memory } = calibration;
  const tagger = createTagger(
    model,
    { id, version, sha256: meta.weights_sha256 },
    { tokenizer, isFinal: true, temperature, memory },
  );
  return { tagger, entities };
}
