import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { AppError } from '../errors.js';
import { isModelDirectory } from '../model/model-directory.js';
import { openRegistry, type Registry } from '../registry/registry.js';
import { DATABASE_FILE, MODELS_DIRECTORY, SHIPPED_MODEL } from './paths.js';

/** Where a model is and what it is called. */
export interface ModelReference {
  readonly path: string;
  readonly id: string;
  readonly version: number;
}

/** Runs `use` with the registry and closes it; undefined while there is none, so that looking creates no file. */
export function withExistingRegistry<T>(use: (registry: Registry) => T): T | undefined {
  if (!existsSync(DATABASE_FILE)) return undefined;
  const registry = openRegistry(DATABASE_FILE);
  try {
    return use(registry);
  } finally {
    registry.close();
  }
}

/**
 * @param spec A model directory, or `name` or `name@version` as registered; undefined for the active model, which is the
 *   newest registered one, else the shipped one.
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
  for (const path of [spec, join(MODELS_DIRECTORY, spec)]) {
    if (isModelDirectory(path)) return { path, id: basename(resolve(path)), version: 0 };
  }
  if (existsSync(spec)) return { path: spec, id: basename(spec), version: 0 }; // the loader says what is wrong with it
  const found = withExistingRegistry(({ models }) => models.find(spec));
  if (!found)
    throw new AppError('unknown_model', `--model: there is no model directory and no registered model "${spec}"`);
  return { path: found.path, id: found.name, version: found.version };
}

export function activeModel(): ModelReference | undefined {
  const active = withExistingRegistry(({ models }) => models.active());
  if (active && isModelDirectory(active.path)) return { path: active.path, id: active.name, version: active.version };
  return isModelDirectory(SHIPPED_MODEL) ? { path: SHIPPED_MODEL, id: 'names-en', version: 0 } : undefined;
}
