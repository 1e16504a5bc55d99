import { openRegistry, type Registry } from '#app/store/registry.js';
import { DATABASE_FILE, HOME } from './paths.js';

/** Throws as `openRegistry`. */
export function openHomeRegistry(): Registry {
  return openRegistry(DATABASE_FILE, { homeDirectory: HOME });
}
