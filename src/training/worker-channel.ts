import { AppError } from '../errors.js';

/**
 * How the training threads talk: a few numbers in shared memory and two counters, since a step takes a few milliseconds and
 * a message between threads would cost a good part of one. The main thread gives an order, every thread does its share, and
 * the main thread waits until all are done.
 */
export interface WorkerChannel {
  readonly control: SharedArrayBuffer;
  /** Arguments of the order. */
  readonly numbers: SharedArrayBuffer;
  /** Loss of each shard, then squares of each block, then penalty of each block. */
  readonly sums: SharedArrayBuffer;
  /** UTF-8 text of the first error. */
  readonly message: SharedArrayBuffer;
  readonly shards: number;
  readonly blocks: number;
}

export const ORDER = { shards: 1, blocks: 2, update: 3, exit: 4 } as const;
export type Order = (typeof ORDER)[keyof typeof ORDER];

/** Places in `control`. */
const SEQUENCE = 0;
const CURRENT = 1;
const DONE = 2;
const FAILED = 3;
const MESSAGE_BYTES = 1024;
const ARGUMENTS = 8;
/** Looking this often before going to sleep saves the system's wake-up time, which is long beside a phase. */
const SPINS = 4000;
/** Longer than any step takes; a thread that is silent for so long is given up. */
const SILENCE_MS = 60_000;

export function createWorkerChannel(shards: number, blocks: number): WorkerChannel {
  return {
    control: new SharedArrayBuffer(16),
    numbers: new SharedArrayBuffer(8 * ARGUMENTS),
    sums: new SharedArrayBuffer(8 * (shards + 2 * blocks)),
    message: new SharedArrayBuffer(MESSAGE_BYTES),
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

/** The main thread's end: gives an order, does its own share, waits for the rest. */
export function createDispatcher(
  channel: WorkerChannel,
  workers: number,
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
    for (let done = Atomics.load(control, DONE); done < workers; done = Atomics.load(control, DONE)) {
      if (!waitForChange(control, DONE, done, SILENCE_MS)) {
        throw new AppError(
          'worker_failed',
          `training: a worker has not answered for ${SILENCE_MS / 1000} s; it may have died`,
        );
      }
    }
    if (Atomics.load(control, FAILED) !== 0) throw new AppError('worker_failed', `training: ${readMessage(channel)}`);
  };
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
    try {
      carryOut(order, numbers);
    } catch (error) {
      writeMessage(channel, `${name}: ${error instanceof Error ? error.message : String(error)}`);
      Atomics.store(control, FAILED, 1);
    }
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}

/** False after `timeoutMs`. */
function waitForChange(control: Int32Array, at: number, value: number, timeoutMs: number): boolean {
  for (let spin = 0; spin < SPINS; spin++) if (Atomics.load(control, at) !== value) return true;
  return Atomics.wait(control, at, value, timeoutMs) !== 'timed-out';
}

function writeMessage({ message }: WorkerChannel, text: string): void {
  const bytes = new TextEncoder().encode(text).subarray(0, MESSAGE_BYTES - 1);
  new Uint8Array(message).fill(0).set(bytes);
}

function readMessage({ message }: WorkerChannel): string {
  const bytes = new Uint8Array(message).slice();
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
