import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ModelRecord } from '#app/store/models.js';
import { AppError } from '#base/errors.js';
import { isModelDirectory } from '#tagging/model/model-directory.js';
import { withModelList } from './model-list.js';
import { MODELS_DIRECTORY } from './paths.js';

/** Where a model is and what it is called. */
export interface ModelReference {
  readonly path: string;
  readonly id: string;
  readonly version: number;
  /** Of its weights, as registered. */
  readonly sha256?: string;
}

/**
 * @param spec A model directory, or `name` or `name@version` as `onomast models` lists them, or the name of a directory in
 *   `models/`; undefined for the active model, which is the newest registered one, else the shipped one.
 * @throws {AppError} `unknown_model`, `no_model`
 */
export async function findModel(spec: string | undefined): Promise<ModelReference> {
  if (spec === undefined) {
    const active = await withModelList((models) => models.active());
    if (active) return referenceTo(active);
    throw new AppError(
      'no_model',
      'there is no model yet: `onomast train` makes one from the bundled corpus in under a minute',
    );
  }
  if (spec !== '' && isModelDirectory(spec)) return unlisted(spec);
  const found = await listedModel(spec);
  if (found) return referenceTo(found);
  // What is there but no model: the loader says what is wrong with it.
  for (const path of [spec, join(MODELS_DIRECTORY, spec)]) if (spec !== '' && existsSync(path)) return unlisted(path);
  throw new AppError('unknown_model', `--model: there is no model directory and no registered model "${spec}"`);
}

async function listedModel(spec: string): Promise<ModelRecord | undefined> {
  try {
    return await withModelList((models) => models.find(spec));
  } catch (error) {
    // A path is no legal name either.
    if (error instanceof AppError && ['unknown_model', 'invalid_argument'].includes(error.code)) return undefined;
    throw error;
  }
}

function referenceTo({ path, name, version, weightsSha256 }: ModelRecord): ModelReference {
  return { path, id: name, version, sha256: weightsSha256 };
}

function unlisted(path: string): ModelReference {
  return { path, id: basename(resolve(path)), version: 0 };
}
