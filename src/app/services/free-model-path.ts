import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasCheckpoint } from '#training/run/checkpoint.js';

/**
 * `names`, then `names-2` and so on below `directory`: the first that no model has.
 *
 * @param sparesCheckpoints Whether what an unfinished training has is not free either.
 */
export function freeModelPath(directory: string, name: string, sparesCheckpoints: boolean): string {
  for (let n = 1; ; n++) {
    const path = join(directory, n === 1 ? name : `${name}-${n}`);
    if (!existsSync(path) && !(sparesCheckpoints && hasCheckpoint(path))) return path;
  }
}
