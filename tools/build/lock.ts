import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 50;

/**
 * Runs `work` while no other process of this machine runs it; waits for as long as another does.
 *
 * The lock of `src/base/files` is not used here: the build makes the file that holds it.
 */
export async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  // Written beside and linked into place, so that a lock is never seen without the id of its holder.
  const own = `${path}.${randomUUID()}`;
  writeFileSync(own, String(process.pid));
  try {
    while (!tryLink(own, path)) {
      if (isHolderDead(path)) rmSync(path, { force: true });
      else await delay(PAUSE_MS);
    }
    try {
      return await work();
    } finally {
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHolderDead(path: string): boolean {
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
