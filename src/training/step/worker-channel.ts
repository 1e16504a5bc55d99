import { AppError, type ErrorCode, isErrorCode, messageOf } from '#base/errors.js';

/**
 * How threads that share a step talk: a few numbers in shared memory and two counters, since a step takes a few milliseconds
 * and a message between threads would cost a good part of one. The main thread gives an order, every thread does its share,
 * and the main thread waits until all are done.
 */
export interface OrderChannel {
  readonly control: SharedArrayBuffer;
  /** Arguments of the order. */
  readonly numbers: SharedArrayBuffer;
  /** The first error: its code, a space and its sentence, in UTF-8. */
  readonly message: SharedArrayBuffer;
}

/** The channel of a training. */
export interface WorkerChannel extends OrderChannel {
  /** Loss of each shard, then squares of each block, then penalty of each block. */
  readonly sums: SharedArrayBuffer;
  readonly shards: number;
  readonly blocks: number;
}

export const ORDER = { shards: 1, blocks: 2, update: 3, exit: 4 } as const;
export type Order = (typeof ORDER)[keyof typeof ORDER];

/** The work that threads share, for messages, and the option that says how many they are. */
export interface SharedWork {
  readonly name: string;
  readonly option: string;
}

export const TRAINING: SharedWork = { name: 'training', option: '--workers' };

/** Places in `control`. */
export const PLACES = { sequence: 0, current: 1, done: 2, failed: 3 } as const;
const { sequence: SEQUENCE, current: CURRENT, done: DONE, failed: FAILED } = PLACES;
const MESSAGE_BYTES = 1024;
const ARGUMENTS = 8;
/** Looking this often before going to sleep saves the system's wake-up time, which is long beside a phase. */
const SPINS = 4000;
/** A thread that died never answers, so while none does it is looked this often whether all still live. */
const LOOK_MS = 100;

export function createOrderChannel(): OrderChannel {
  return {
    control: new SharedArrayBuffer(16),
    numbers: new SharedArrayBuffer(8 * ARGUMENTS),
    message: new SharedArrayBuffer(MESSAGE_BYTES),
  };
}

export function createWorkerChannel(shards: number, blocks: number): WorkerChannel {
  return {
    ...createOrderChannel(),
    sums: new SharedArrayBuffer(8 * (shards + 2 * blocks)),
    shards,
    blocks,
  };
}

export interface ChannelSums {
  readonly losses: Float64Array;
  readonly squares: Float64Array;
  readonly penalties: Float64Array;
}

export function sumsOf({ sums, shards, blocks }: WorkerChannel): ChannelSums {
  const all = new Float64Array(sums);
  return {
    losses: all.subarray(0, shards),
    squares: all.subarray(shards, shards + blocks),
    penalties: all.subarray(shards + blocks),
  };
}

/**
 * The main thread's end: gives an order, does its own share, waits for the rest, however long that takes while all live.
 *
 * @param lives Of each worker, whether its thread still runs; must be true to the moment although this thread only waits.
 * @throws {AppError} `worker_failed` naming the worker that ended; what a worker's share threw.
 */
export function createDispatcher(
  channel: WorkerChannel,
  lives: readonly (() => boolean)[],
): (order: Order, args: readonly number[], ownShare: () => void) => void {
  const control = new Int32Array(channel.control);
  const numbers = new Float64Array(channel.numbers);
  return (order, args, ownShare) => {
    numbers.set(args);
    Atomics.store(control, DONE, 0);
    Atomics.store(control, CURRENT, order);
    Atomics.add(control, SEQUENCE, 1);
    Atomics.notify(control, SEQUENCE);
    ownShare();
    if (order === ORDER.exit) return;
    waitUntilDone(channel, { count: lives.length, lives, work: TRAINING });
  };
}

/**
 * Waits until `count` shares are done, however long that takes while all threads live.
 *
 * @throws {AppError} `worker_failed` naming the worker that ended; what a worker's share threw.
 */
export function waitUntilDone(
  channel: OrderChannel,
  { count, lives, work }: { count: number; lives: readonly (() => boolean)[]; work: SharedWork },
): void {
  const control = new Int32Array(channel.control);
  for (let done = Atomics.load(control, DONE); done < count; done = Atomics.load(control, DONE)) {
    if (waitForChange(control, DONE, done, LOOK_MS)) continue;
    const dead = lives.findIndex((isAlive) => !isAlive());
    if (dead >= 0) {
      throw new AppError(
        'worker_failed',
        `${work.name}: worker ${dead + 1} ended in the middle of a step; it may have run out of memory, which fewer ${work.option} need less of`,
      );
    }
  }
  if (Atomics.load(control, FAILED) !== 0) throw readError(channel, work);
}

/** A worker's end: carries out orders until told to exit. */
export function obeyOrders(
  channel: WorkerChannel,
  name: string,
  carryOut: (order: Order, args: Float64Array) => void,
): void {
  const control = new Int32Array(channel.control);
  const numbers = new Float64Array(channel.numbers);
  let sequence = 0;
  for (;;) {
    while (Atomics.load(control, SEQUENCE) === sequence)
      waitForChange(control, SEQUENCE, sequence, Number.POSITIVE_INFINITY);
    sequence = Atomics.load(control, SEQUENCE);
    const order = Atomics.load(control, CURRENT) as Order;
    if (order === ORDER.exit) return;
    doShare(channel, name, () => carryOut(order, numbers));
  }
}

/** A worker's share: what it throws is kept for the main thread, and it counts as done. */
export function doShare(channel: OrderChannel, name: string, work: () => void): void {
  const control = new Int32Array(channel.control);
  try {
    work();
  } catch (error) {
    if (Atomics.compareExchange(control, FAILED, 0, 1) === 0) writeError(channel, name, error);
  }
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}

/** False after `timeoutMs`. */
export function waitForChange(control: Int32Array, at: number, value: number, timeoutMs: number): boolean {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, at) !== value) return true;
  return Atomics.wait(control, at, value, timeoutMs) !== 'timed-out';
}

function writeError({ message }: OrderChannel, name: string, error: unknown): void {
  const code: ErrorCode = error instanceof AppError ? error.code : 'worker_failed';
  const bytes = new Uint8Array(MESSAGE_BYTES - 1); // not shared memory: encoders refuse that
  new TextEncoder().encodeInto(`${code} ${name}: ${messageOf(error).replace(/^training: /, '')}`, bytes);
  new Uint8Array(message).set(bytes);
}

function readError({ message }: OrderChannel, { name }: SharedWork): AppError {
  const bytes = new Uint8Array(message).slice();
  const text = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  const [code] = text.split(' ', 1);
  return new AppError(isErrorCode(code) ? code : 'internal', `${name}: ${text.slice(code.length + 1)}`);
}
