import { existsSync } from 'node:fs';
import { openRegistry, type Registry } from '../registry/registry.js';
import { DATABASE_FILE, HOME } from './paths.js';

/** Throws as `openRegistry`. */
export function openHomeRegistry(): Registry {
  return openRegistry(DATABASE_FILE, { homeDirectory: HOME });
}

/** Runs `use` with the registry and closes it; undefined while there is none, so that looking creates no file. */
export function withExistingRegistry<T>(use: (registry: Registry) => T): T | undefined {
  if (!existsSync(DATABASE_FILE)) return undefined;
  const registry = openHomeRegistry();
  try {
    return use(registry);
  } finally {
    registry.close();
  }
}
