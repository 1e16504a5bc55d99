import { readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ModelRecord, ModelRegistry } from '#app/store/models.js';
import { AppError, messageOf } from '#base/errors.js';
import { isModelDirectory, keptVersion, weightsHashOf } from '#tagging/model/model-directory.js';
import { withExistingRegistry } from './existing-registry.js';
import { readShippedModel } from './shipped-model.js';

/** The models there are, and the one that is used when none is named. */
export interface ModelList {
  /** The registered ones, newest first, and after them the shipped one. */
  list(): readonly ModelRecord[];
  /** @throws {AppError} `unknown_model`; `invalid_argument` for a malformed spec. */
  find(spec: string): ModelRecord;
  /**
   * The model in force: the one that was activated last and is still there, else the shipped one, else the newest; undefined
   * where there is none.
   */
  active(): ModelRecord | undefined;
}

/** A list that can be changed. */
export interface ModelCatalogue extends ModelList {
  /** @param reason Why, in one sentence; kept. @throws {AppError} as `find`; `damaged_model` if its files are gone. */
  activate(spec: string, reason: string): ModelRecord;
  /** Goes back to the model that was active before. @throws {AppError} `invalid_argument` if there is none. */
  rollBack(): ModelRecord;
  /**
   * Forgets a version and deletes its directory.
   *
   * @throws {AppError} `invalid_argument` for the shipped model and for a name without version.
   */
  remove(spec: string): ModelRecord;
  /**
   * Gives a version another name, with the next number of that name; what was active stays active.
   *
   * @throws {AppError} as `find`; `invalid_argument` for the shipped model, a name without version, or what is no name.
   */
  rename(spec: string, name: string): ModelRecord;
}

export interface ModelListSources {
  readonly registry: Pick<ModelRegistry, 'list' | 'find' | 'activations'>;
  /** Asked only where it matters. @throws {AppError} `damaged_model` */
  shipped(): ModelRecord | undefined;
}

/** A registered model goes before the shipped one under the same name. A damaged shipped model is as good as none. */
export function createModelList({ registry, shipped }: ModelListSources): ModelList {
  const sound = (): ModelRecord | undefined => {
    try {
      return shipped();
    } catch {
      return undefined;
    }
  };
  const found = (record: ModelRecord): ModelRecord => ({ ...record, path: directoryOf(record) });
  const list = (): ModelRecord[] => [...registry.list().map(found), ...existing(sound())];
  return {
    list,
    find(spec) {
      const own = sound();
      if (own && (spec === specOf(own) || (spec === own.name && !registry.list().some(({ name }) => name === spec)))) {
        return own;
      }
      return found(registry.find(spec));
    },
    active() {
      const own = sound();
      const isThere = (record: ModelRecord): boolean => isShipped(record) || isModelDirectory(record.path);
      for (const { name, version } of registry.activations()) {
        if (version > 0) {
          const record = found(registry.find(specOf({ name, version })));
          if (isThere(record)) return record;
        } else if (own) return own;
      }
      return own ?? registry.list().map(found).find(isThere) ?? shipped();
    },
  };
}

/** The list of a registry, with what changes it. */
export function createModelCatalogue(sources: {
  readonly registry: ModelRegistry;
  shipped(): ModelRecord | undefined;
}): ModelCatalogue {
  const { registry } = sources;
  const models = createModelList(sources);
  return {
    ...models,
    activate(spec, reason) {
      const record = models.find(spec);
      if (!isModelDirectory(record.path)) {
        throw new AppError('damaged_model', `model ${specOf(record)}: there is no complete model at "${record.path}"`);
      }
      registry.activate(record, reason);
      return record;
    },
    rollBack() {
      const before = models.active();
      const taken = registry.rollBack();
      const after = models.active();
      if (after && before && taken && specOf(after) !== specOf(before)) return after;
      if (taken) registry.activate(taken, taken.reason);
      throw new AppError(
        'invalid_argument',
        `models: no other model was active before${before ? ` ${specOf(before)}` : ''}`,
      );
    },
    remove(spec) {
      const record = models.find(spec);
      assertOwn(record, 'removed');
      registry.remove(spec);
      // Retrained over: the directory belongs to another version.
      const isShared = registry.list().some((other) => directoryOf(other) === record.path);
      if (!isShared && holdsWeights(record.path, record.weightsSha256)) deleteModel(record.path);
      return record;
    },
    rename(spec, name) {
      assertOwn(models.find(spec), 'renamed');
      return models.find(specOf(registry.rename(spec, name)));
    },
  };
}

/** Those of this home; looking creates no registry where there is none. */
export async function withModelList<T>(
  use: (models: ModelList) => T,
  /** Told if the registry cannot be read, where the shipped model will do. */
  notice?: (message: string) => void,
): Promise<T> {
  const shipped = (): ModelRecord | undefined => readShippedModel();
  const unregistered = (): T => use(createModelList({ registry: NONE_REGISTERED, shipped }));
  let result: { readonly value: T } | undefined;
  try {
    result = await withExistingRegistry(({ models: registry }) => ({
      value: use(createModelList({ registry, shipped })),
    }));
  } catch (error) {
    if (!notice || !isUnreadable(error) || shipped() === undefined) throw error;
    notice(`${messageOf(error)}; going on with the model that came with the program`);
    return unregistered();
  }
  return result ? result.value : unregistered();
}

/** The models of this home, to change them. */
export async function withModelCatalogue<T>(use: (models: ModelCatalogue) => T): Promise<T> {
  const { openHomeRegistry } = await import('./home-registry.js');
  const registry = openHomeRegistry();
  try {
    return use(createModelCatalogue({ registry: registry.models, shipped: () => readShippedModel() }));
  } finally {
    registry.close();
  }
}

const NONE_REGISTERED: ModelListSources['registry'] = {
  list: () => [],
  activations: () => [],
  find(spec) {
    throw new AppError('unknown_model', `model: there is no model ${JSON.stringify(spec)}`);
  },
};

function isUnreadable(error: unknown): boolean {
  return error instanceof AppError && ['database_error', 'disk_full', 'io_error'].includes(error.code);
}

export function isShipped({ version }: Pick<ModelRecord, 'version'>): boolean {
  return version === 0;
}

/** @throws {AppError} `invalid_argument` for the shipped model. */
export function assertOwn(record: ModelRecord, what: 'removed' | 'renamed'): void {
  if (!isShipped(record)) return;
  throw new AppError('invalid_argument', `models: ${specOf(record)} comes with the program and cannot be ${what}`);
}

export function specOf({ name, version }: Pick<ModelRecord, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

/**
 * Where the weights that were registered are: in the directory of the record, or beside it, where they were put aside when
 * another model was trained to the same place. The registry need not be told of that, so nothing can come between.
 */
function directoryOf({ path, weightsSha256 }: ModelRecord): string {
  if (holdsWeights(path, weightsSha256)) return path;
  const kept = keptVersion(path, weightsSha256);
  return holdsWeights(kept, weightsSha256) ? kept : path;
}

function holdsWeights(path: string, sha256: string): boolean {
  const changed = changeOf(path);
  if (changed === undefined) return false;
  const known = hashes.get(path);
  if (known?.changed === changed) return known.sha256 === sha256;
  const found = weightsHashOf(path);
  hashes.set(path, { changed, sha256: found });
  return found === sha256;
}

/** What the models of this home were last seen to hold: they are looked for with every request. */
const hashes = new Map<string, { readonly changed: string; readonly sha256: string | undefined }>();

/** Tells the directory at a path from one that is put in its place. */
function changeOf(path: string): string | undefined {
  const stats = statSync(join(path, 'meta.json'), { throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeMs} ${stats.size}`;
}

/** Out of the way first: half of a model that is being deleted must not look like one, nor block its place. */
function deleteModel(path: string): void {
  const doomed = `${path}.writing-${process.pid}-${Date.now().toString(36)}`;
  renameSync(path, doomed);
  rmSync(doomed, { recursive: true, force: true });
  const folder = dirname(path);
  if (folder.endsWith('.versions') && readdirSync(folder).length === 0) rmdirSync(folder);
}

function existing<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
