import { existsSync, readdirSync, statSync } from 'node:fs';
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
 *   `models/`; undefined for the active model.
 * @param notice Told if the registry cannot be read, where the shipped model or a directory will do; without it that is an error.
 * @throws {AppError} `unknown_model`, `no_model`
 */
export async function findModel(spec: string | undefined, notice?: (message: string) => void): Promise<ModelReference> {
  if (spec === undefined) {
    const active = await withModelList((models) => models.active(), notice);
    if (active) return referenceTo(active);
    throw new AppError(
      'no_model',
      'there is no model yet: `onomast train` makes one from the bundled corpus in under a minute',
    );
  }
  if (spec !== '' && isModelDirectory(spec)) return unlisted(spec);
  const found = await listedModel(spec, notice);
  if (found) return referenceTo(found);
  for (const path of spec === '' ? [] : [spec, join(MODELS_DIRECTORY, spec)]) {
    // What is there but no model: the loader says what is wrong with it.
    if (existsSync(path)) return unlisted(path);
    const kept = newestKept(path);
    if (kept !== undefined) return { ...unlisted(path), path: kept };
  }
  throw new AppError('unknown_model', `--model: there is no model directory and no registered model "${spec}"`);
}

async function listedModel(spec: string, notice?: (message: string) => void): Promise<ModelRecord | undefined> {
  try {
    return await withModelList((models) => models.find(spec), notice);
  } catch (error) {
    // A path is no legal name either.
    if (error instanceof AppError && ['unknown_model', 'invalid_argument'].includes(error.code)) return undefined;
    throw error;
  }
}

/** A training that was killed between putting a model aside and putting another in its place left only what was kept. */
function newestKept(path: string): string | undefined {
  const folder = `${resolve(path)}.versions`;
  if (!existsSync(folder)) return undefined;
  const changed = (kept: string): number => statSync(kept).ctimeMs; // renaming a directory sets it
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter(isModelDirectory)
    .sort((a, b) => changed(b) - changed(a))[0];
}

function referenceTo({ path, name, version, weightsSha256 }: ModelRecord): ModelReference {
  return { path, id: name, version, sha256: weightsSha256 };
}

function unlisted(path: string): ModelReference {
  return { path, id: basename(resolve(path)), version: 0 };
}
