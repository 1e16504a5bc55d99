import type { DatabaseOptions } from '#app/store/database.js';
import { openRegistry, type Registry } from '#app/store/registry.js';
import { AppError, messageOf } from '#base/errors.js';
import { DATABASE_FILE, HOME } from './paths.js';

/** Throws as `openRegistry`. */
export function openHomeRegistry(options: Pick<DatabaseOptions, 'busyTimeoutMs'> = {}): Registry {
  return openRegistry(DATABASE_FILE, { homeDirectory: HOME, ...options });
}

/** An empty registry in memory where that of the home cannot be opened, so that the shipped model goes on tagging. */
export function openRegistryOrNone(
  notice: (message: string) => void,
  options: Pick<DatabaseOptions, 'busyTimeoutMs'> = {},
): Registry {
  try {
    return openHomeRegistry(options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    notice(`${messageOf(error)}; going on without it: no run is shown, and of the models only the shipped one`);
    return openRegistry(':memory:');
  }
}
