import { openRegistry, type Registry } from '../registry/registry.js';
import { DATABASE_FILE, HOME } from './paths.js';

/** Throws as `openRegistry`. */
export function openHomeRegistry(): Registry {
  return openRegistry(DATABASE_FILE, { homeDirectory: HOME });
}
