import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { AppError, messageOf } from '#base/errors.js';
import { isProcessGone, isRunning } from './process-liveness.js';
import { writeError } from './write-error.js';

/** Who holds a lock: its file holds this as JSON. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601 */
  readonly since: string;
  /** Of this start of the machine, and of this process: they tell what no clock can, for clocks are set. */
  readonly boot?: string | undefined;
  readonly instance?: string | undefined;
}

const INSTANCE = randomUUID();
/** Linux tells; undefined elsewhere. */
const BOOT = readIfThere('/proc/sys/kernel/random/boot_id')?.trim();

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
  const path = `${output}.lock`;
  const taken = lock(path);
  if (typeof taken !== 'function') throw heldBy(taken, path);
  return taken;
}

/**
 * Says of a place that a process uses it, and who else does: returns the function that says so no more, or the holder, who
 * was there before.
 *
 * @throws {AppError} `io_error` or `disk_full` if nothing can be written there.
 */
export function lockOrHolder(place: string): (() => void) | Holder {
  return lock(`${place}.lock`);
}

function lock(path: string): (() => void) | Holder {
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    boot: BOOT,
    instance: INSTANCE,
  };
  const content = `${JSON.stringify(own)}\n`;
  for (let tries = 0; tries < TRIES; tries++) {
    if (isCreated(path, content)) return () => removeIfStill(path, content);
    const found = readLock(path);
    if (found === undefined) continue;
    const holder = holderOf(found);
    if (holder && !isGone(holder)) return holder;
    takeAway(path, found);
  }
  throw new AppError('io_error', `${path}: cannot be taken: other processes are quicker again and again`);
}

/** One process at a time, so that none takes away what another has put in the place of a dead one's lock. */
function takeAway(path: string, content: string): void {
  const unlock = lock(`${path}.takeover`);
  if (typeof unlock !== 'function') {
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
    const { pid, host, since, boot, instance } = JSON.parse(content) as Partial<Holder>;
    if (
      !(Number.isSafeInteger(pid) && Number(pid) > 0) ||
      typeof host !== 'string' ||
      Number.isNaN(Date.parse(String(since)))
    )
      return undefined;
    return { pid, host, since, boot, instance } as Holder;
  } catch {
    return undefined;
  }
}

/** Of processes on other machines nothing can be known. */
function isGone({ pid, host, since, boot, instance }: Holder): boolean {
  if (host !== hostname()) return false;
  if (pid === process.pid && instance !== undefined) return instance !== INSTANCE;
  if (boot !== undefined && BOOT !== undefined) return boot !== BOOT || !isRunning(pid);
  return isProcessGone({ processId: pid, seenAt: since });
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
