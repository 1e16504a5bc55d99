import { existsSync } from 'node:fs';
import type { Registry } from '#app/store/registry.js';
import { DATABASE_FILE } from './paths.js';

/**
 * Runs `use` with the registry and closes it; undefined while there is none, so that looking creates no file. SQLite is
 * loaded only where there is one: that takes as long as tagging a page.
 */
export async function withExistingRegistry<T>(use: (registry: Registry) => T | Promise<T>): Promise<T | undefined> {
  if (!existsSync(DATABASE_FILE)) return undefined;
  const { openHomeRegistry } = await import('./home-registry.js');
  const registry = openHomeRegistry();
  try {
    return await use(registry);
  } finally {
    registry.close();
  }
}
