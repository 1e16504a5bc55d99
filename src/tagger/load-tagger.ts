import { basename, resolve } from 'node:path';
import type { KernelChoice } from '../kernels/kernels.js';
import { selectKernels } from '../kernels/select-kernels.js';
import { loadModel } from '../model/model-directory.js';
import type { ModelIdentity, Tagger } from './entity.js';
import { createTagger } from './tagger.js';

export interface LoadTaggerOptions {
  /** What answers call the model; the directory's name and version 0 unless told. */
  readonly identity?: Pick<ModelIdentity, 'id' | 'version'>;
  readonly kernels?: KernelChoice;
}

/**
 * A tagger from a model directory.
 *
 * @throws {AppError} `unknown_model`, `damaged_model`, `incompatible_model`
 */
export async function loadTagger(path: string, options: LoadTaggerOptions = {}): Promise<Tagger> {
  const { kernels } = await selectKernels(options.kernels);
  const { model, meta } = loadModel(path, kernels);
  const { id, version } = options.identity ?? { id: basename(resolve(path)), version: 0 };
  return createTagger(model, { id, version, sha256: meta.weights_sha256 }, { isFinal: true });
}
