import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AppError } from '../errors.js';
import { isModelDirectory } from '../model/model-directory.js';
import type { ModelRecord, ModelRegistry } from '../registry/models.js';
import { withExistingRegistry } from './home-registry.js';
import { MODELS_DIRECTORY, SHIPPED_MODEL } from './paths.js';

/** Where a model is and what it is called. */
export interface ModelReference {
  readonly path: string;
  readonly id: string;
  readonly version: number;
  /** Of its weights, as registered. */
  readonly sha256?: string;
}

/**
 * @param spec A model directory, or `name` or `name@version` as registered, or the name of a directory in `models/`;
 *   undefined for the active model, which is the newest registered one, else the shipped one.
 * @throws {AppError} `unknown_model`, `no_model`
 */
export function findModel(spec: string | undefined): ModelReference {
  if (spec === undefined) {
    const active = activeModel();
    if (active) return active;
    throw new AppError(
      'no_model',
      'there is no model yet: `onomast train` makes one from the bundled corpus in under a minute',
    );
  }
  if (spec !== '' && isModelDirectory(spec)) return unregistered(spec);
  const found = registeredModel(spec);
  if (found) return referenceTo(found);
  // What is there but no model: the loader says what is wrong with it.
  for (const path of [spec, join(MODELS_DIRECTORY, spec)])
    if (spec !== '' && existsSync(path)) return unregistered(path);
  throw new AppError('unknown_model', `--model: there is no model directory and no registered model "${spec}"`);
}

export function activeModel(): ModelReference | undefined {
  const active = withExistingRegistry(({ models }) => usableModels(models).active());
  if (active) return referenceTo(active);
  return isModelDirectory(SHIPPED_MODEL) ? { path: SHIPPED_MODEL, id: 'names-en', version: 0 } : undefined;
}

/** A registry forgets nothing, but people delete directories: an active model that is gone gives way to the newest there is. */
export function usableModels({ list, find, active }: ModelRegistry): Pick<ModelRegistry, 'list' | 'find' | 'active'> {
  return {
    list,
    find,
    active() {
      const chosen = active();
      if (chosen === undefined || isModelDirectory(chosen.path)) return chosen;
      return list().find(({ path }) => isModelDirectory(path));
    },
  };
}

function registeredModel(spec: string): ModelRecord | undefined {
  try {
    return withExistingRegistry(({ models }) => models.find(spec));
  } catch (error) {
    // A path is no legal name either.
    if (error instanceof AppError && ['unknown_model', 'invalid_argument'].includes(error.code)) return undefined;
    throw error;
  }
}

function referenceTo({ path, name, version, weightsSha256 }: ModelRecord): ModelReference {
  return { path, id: name, version, sha256: weightsSha256 };
}

function unregistered(path: string): ModelReference {
  return { path, id: basename(resolve(path)), version: 0 };
}
