import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { AppError, messageOf } from '#base/errors.js';
import { isProcessGone } from './process-liveness.js';
import { writeError } from './write-error.js';

/** Who holds a lock: its file holds this as JSON. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601 */
  readonly since: string;
}

/** A lock is written in one go; one that cannot be read for so long was left behind in the middle of that. */
const UNREADABLE_MS = 500;
const LOOK_AGAIN_MS = 20;
/** Each means that the lock was given back or taken over in this very moment. */
const TRIES = 50;

/**
 * Keeps two trainings from writing to one output: a file beside it, there while the training lasts. That of a process which
 * has died is taken over. Returns the function that gives the lock back.
 *
 * @throws {AppError} `training_in_progress` while another holds it; `io_error` or `disk_full` if it cannot be written.
 */
export function lockOutput(output: string): () => void {
  return lock(`${output}.lock`);
}

function lock(path: string): () => void {
  const own: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  const content = `${JSON.stringify(own)}\n`;
  for (let tries = 0; tries < TRIES; tries++) {
    if (isCreated(path, content)) return () => removeIfStill(path, content);
    const found = readLock(path);
    if (found === undefined) continue;
    const holder = holderOf(found);
    if (holder && !isGone(holder)) throw heldBy(holder, path);
    takeAway(path, found);
  }
  throw new AppError('io_error', `${path}: cannot be taken: other processes are quicker again and again`);
}

/** One process at a time, so that none takes away what another has put in the place of a dead one's lock. */
function takeAway(path: string, content: string): void {
  let unlock: () => void;
  try {
    unlock = lock(`${path}.takeover`);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'training_in_progress') throw error;
    pause(); // another is at it
    return;
  }
  removeIfStill(path, content);
  unlock();
}

function isCreated(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw writeError(path, cause);
  }
}

/** Waits a moment for what is being written; undefined if there is no lock. */
function readLock(path: string): string | undefined {
  const deadline = performance.now() + UNREADABLE_MS;
  for (;;) {
    const content = readIfThere(path);
    if (content === undefined || holderOf(content) || performance.now() > deadline) return content;
    pause();
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('io_error', `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function holderOf(content: string): Holder | undefined {
  try {
    const { pid, host, since } = JSON.parse(content) as Partial<Holder>;
    if (
      !(Number.isSafeInteger(pid) && Number(pid) > 0) ||
      typeof host !== 'string' ||
      Number.isNaN(Date.parse(String(since)))
    )
      return undefined;
    return { pid, host, since } as Holder;
  } catch {
    return undefined;
  }
}

/** Of processes on other machines nothing can be known. */
function isGone({ pid, host, since }: Holder): boolean {
  return host === hostname() && isProcessGone({ processId: pid, seenAt: since });
}

function heldBy({ pid, host, since }: Holder, path: string): AppError {
  const place = host === hostname() ? '' : ` on ${host}`;
  return new AppError(
    'training_in_progress',
    `training: process ${pid}${place} has been training to this output since ${since}; wait for it, or choose another output. ` +
      `If there is no such process any more, delete "${path}"`,
  );
}

/** Someone may have deleted the lock of a living process, as its message says, and started another training. */
function removeIfStill(path: string, content: string): void {
  try {
    if (readFileSync(path, 'utf8') === content) rmSync(path);
  } catch {
    // Gone already, or the disk is: nothing that must hide how the training ended.
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
}
