import type { Activation, ModelRecord, ModelRegistry } from '#app/store/models.js';
import { AppError, type ErrorCode, messageOf } from '#base/errors.js';

/** What a database says that cannot be read now, though it could be before. */
const TROUBLES: ReadonlySet<ErrorCode> = new Set(['database_error', 'database_busy', 'disk_full', 'io_error']);

/**
 * A registry that is read from memory while its database cannot be: locked, damaged, on a disk that is full or gone. A server
 * goes on tagging with the models it knows; what would change something still fails, and says why.
 *
 * @param log Told once when reading begins to fail, and once when it works again.
 */
export function lastKnownModels(registry: ModelRegistry, log: (line: string) => void): ModelRegistry {
  let models: readonly ModelRecord[] | undefined;
  let activations: readonly Activation[] | undefined;
  const found = new Map<string, ModelRecord>();
  let isFailing = false;

  function read<T>(fresh: () => T, remembered: () => T | undefined): T {
    try {
      const value = fresh();
      if (isFailing) log('the database can be read again');
      isFailing = false;
      return value;
    } catch (error) {
      const known = error instanceof AppError && TROUBLES.has(error.code) ? remembered() : undefined;
      if (known === undefined) throw error;
      if (!isFailing) log(`${messageOf(error)}; tagging goes on with the models that are known`);
      isFailing = true;
      return known;
    }
  }

  return {
    ...registry,
    list: () =>
      read(
        () => (models = registry.list()),
        () => models,
      ),
    activations: () =>
      read(
        () => (activations = registry.activations()),
        () => activations,
      ),
    find: (spec) =>
      read(
        () => {
          const record = registry.find(spec);
          if (found.size > MOST_REMEMBERED) found.clear();
          found.set(spec, record);
          return record;
        },
        () => found.get(spec) ?? models?.find(({ name, version }) => `${name}@${version}` === spec),
      ),
  };
}

const MOST_REMEMBERED = 1000;
