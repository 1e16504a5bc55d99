import { basename, resolve } from 'node:path';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import type { KernelMemoryInput } from '#engine/kernels/simd/kernel-memory.js';
import { type ModelFiles, readModelFiles } from '#tagging/model/model-directory.js';
import { decodeModel, type LoadedModel } from '#tagging/model/model-files.js';
import type { ModelIdentity, Tagger } from './entity.js';
import { createTagger, type ModelTagger } from './tagger.js';

export interface LoadTaggerOptions {
  /** What answers call the model; the directory's name and version 0 unless told. */
  readonly identity?: Pick<ModelIdentity, 'id' | 'version'>;
  readonly kernels?: KernelChoice;
  /** Bounds of the memory that the network may take. */
  readonly memory?: KernelMemoryInput;
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
  return loadTaggerFrom(readModelFiles(path), path, options);
}

/**
 * A tagger from the files of a model; `where` is what messages call them.
 *
 * @throws {AppError} `damaged_model`, `incompatible_model`
 */
export function loadTaggerFrom(files: ModelFiles, where: string, options: LoadTaggerOptions = {}): LoadedTagger {
  const { kernels } = selectKernels(options.kernels, options.memory);
  const { model, meta, tokenizer, calibration, entities } = decodeModel({ ...files, where, kernels });
  const { id, version } = options.identity ?? { id: basename(resolve(where)), version: 0 };
  const { temperature, memory } = calibration;
  const tagger = createTagger(
    model,
    { id, version, sha256: meta.weights_sha256 },
    { tokenizer, isFinal: true, temperature, memory },
  );
  return { tagger, entities };
}
