import { openRegistry, type Registry } from '#app/store/registry.js';
import { AppError, messageOf } from '#base/errors.js';
import { DATABASE_FILE, HOME } from './paths.js';

/** Throws as `openRegistry`. */
export function openHomeRegistry(): Registry {
  return openRegistry(DATABASE_FILE, { homeDirectory: HOME });
}

/** An empty registry in memory where that of the home cannot be opened, so that the shipped model goes on tagging. */
export function openRegistryOrNone(notice: (message: string) => void): Registry {
  try {
    return openHomeRegistry();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    notice(`${messageOf(error)}; going on without it: no run is shown, and of the models only the shipped one`);
    return openRegistry(':memory:');
  }
}
