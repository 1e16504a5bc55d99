import { doShare, type OrderChannel, PLACES, type SharedWork, waitForChange, waitUntilDone } from './worker-channel.js';

/**
 * Work in fixed chunks, each taken by whichever thread is free: on a machine that others use a thread may be put aside at any
 * time, and the main thread then does what nobody else has begun.
 *
 * In the place of the sequence stands a ticket: the number of the order, and in its lower bits the next chunk. Who takes a chunk
 * exchanges the ticket that it read before the order, so that nobody takes a chunk of one order with the arguments of another.
 */
const CHUNK_BITS = 8;
/** As the next chunk: none, as the order is being written. More than an order has. */
const CLOSED = 2 ** CHUNK_BITS - 1;

/** Does one chunk of an order. `args` are those of the order. */
export type ChunkWork = (order: number, chunk: number, args: Iterable<number>) => void;

/**
 * The main thread's end: gives an order of so many chunks, at most 254, takes chunks itself, waits for those that others took.
 *
 * @param lives Of each worker, whether its thread still runs; must be true to the moment although this thread only waits.
 * @throws {AppError} `worker_failed` naming the worker that ended; what a worker's chunk threw.
 */
export function createChunkDispatcher(
  channel: OrderChannel,
  lives: readonly (() => boolean)[],
  work: SharedWork,
  carryOut: ChunkWork,
): (order: number, chunks: number, args: readonly number[]) => void {
  const control = new Int32Array(channel.control);
  const numbers = new Float64Array(channel.numbers);
  let count = 0;
  return (order, chunks, args) => {
    count = (count + 1) % 2 ** (31 - CHUNK_BITS);
    const ticket = count << CHUNK_BITS;
    Atomics.store(control, PLACES.sequence, ticket | CLOSED);
    numbers.set(args);
    Atomics.store(control, PLACES.done, 0);
    Atomics.store(control, PLACES.current, (order << CHUNK_BITS) | chunks);
    Atomics.store(control, PLACES.sequence, ticket);
    Atomics.notify(control, PLACES.sequence);
    let own = 0;
    for (;;) {
      const next = Atomics.load(control, PLACES.sequence);
      const chunk = next & CLOSED;
      if (chunk >= chunks) break;
      if (Atomics.compareExchange(control, PLACES.sequence, next, next + 1) !== next) continue;
      carryOut(order, chunk, args);
      own++;
    }
    waitUntilDone(channel, { count: chunks - own, lives, work });
  };
}

/** A worker's end: takes chunks until its thread is ended. */
export function takeChunks(channel: OrderChannel, name: string, carryOut: ChunkWork): never {
  const control = new Int32Array(channel.control);
  const numbers = new Float64Array(channel.numbers);
  for (;;) {
    const ticket = Atomics.load(control, PLACES.sequence);
    const current = Atomics.load(control, PLACES.current);
    const args = numbers.slice();
    const chunk = ticket & CLOSED;
    const chunks = current & CLOSED;
    if (chunk >= chunks) waitForChange(control, PLACES.sequence, ticket, Number.POSITIVE_INFINITY);
    else if (Atomics.compareExchange(control, PLACES.sequence, ticket, ticket + 1) === ticket)
      doShare(channel, name, () => carryOut(current >> CHUNK_BITS, chunk, args));
  }
}
