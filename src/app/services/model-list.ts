import type { ModelRecord, ModelRegistry } from '#app/store/models.js';
import { AppError } from '#base/errors.js';
import { isModelDirectory } from '#tagging/model/model-directory.js';
import { withExistingRegistry } from './existing-registry.js';
import { readShippedModel } from './shipped-model.js';

/** The models there are: the registered ones, newest first, and after them the shipped one. */
export type ModelList = Pick<ModelRegistry, 'list' | 'find' | 'active'>;

export interface ModelListSources {
  readonly registry: ModelList;
  /** Asked only where it matters. */
  shipped(): ModelRecord | undefined;
}

/**
 * A registered model goes before the shipped one, under the same name and as the active one. A registry forgets nothing,
 * but people delete directories: an active model that is gone gives way to the newest there is.
 */
export function createModelList({ registry, shipped }: ModelListSources): ModelList {
  return {
    list: () => [...registry.list(), ...existing(shipped())],
    find(spec) {
      const own = shipped();
      if (own && (spec === specOf(own) || (spec === own.name && !registry.list().some(({ name }) => name === spec)))) {
        return own;
      }
      return registry.find(spec);
    },
    active() {
      const chosen = registry.active();
      if (chosen === undefined) return shipped();
      if (isModelDirectory(chosen.path)) return chosen;
      return registry.list().find(({ path }) => isModelDirectory(path)) ?? shipped();
    },
  };
}

/** Those of this home; looking creates no registry where there is none. */
export async function withModelList<T>(use: (models: ModelList) => T): Promise<T> {
  const shipped = (): ModelRecord | undefined => readShippedModel();
  const result = await withExistingRegistry(({ models: registry }) => ({
    value: use(createModelList({ registry, shipped })),
  }));
  return result ? result.value : use(createModelList({ registry: NONE_REGISTERED, shipped }));
}

const NONE_REGISTERED: ModelList = {
  list: () => [],
  active: () => undefined,
  find(spec) {
    throw new AppError('unknown_model', `model: there is no model ${JSON.stringify(spec)}`);
  },
};

export function isShipped({ version }: Pick<ModelRecord, 'version'>): boolean {
  return version === 0;
}

export function specOf({ name, version }: Pick<ModelRecord, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

function existing<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
