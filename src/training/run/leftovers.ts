import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isProcessGone } from '#base/files/process-liveness.js';
import { checkpointPath, foldsPath } from './checkpoint.js';

/** What `replaceDirectory` puts beside a model while it writes one: process and time in base 36. */
const TEMPORARY = /^\.(writing|previous)-(\d+)-([0-9a-z]+)$/;

/**
 * Tidies up after trainings to `output` that were killed while they saved: removes what they had half written, and brings
 * back the earlier model if it was just being replaced. Only for who holds the output's lock.
 */
export function removeLeftovers(output: string): void {
  const folder = dirname(output);
  const name = basename(output);
  for (const entry of readdirSync(folder)) {
    const match = entry.startsWith(name) ? TEMPORARY.exec(entry.slice(name.length)) : null;
    if (!match) continue;
    const [, kind, processId, time] = match;
    const seenAt = new Date(Number.parseInt(time, 36)).toISOString();
    if (!isProcessGone({ processId: Number(processId), seenAt })) continue;
    const path = join(folder, entry);
    if (kind === 'previous' && !existsSync(output)) renameSync(path, output);
    else rmSync(path, { recursive: true, force: true });
  }
  const checkpoint = checkpointPath(output);
  for (const path of [checkpoint, foldsPath(checkpoint)]) rmSync(`${path}.writing`, { force: true });
}
