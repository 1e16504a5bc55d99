import { expect, test } from 'vitest';
import { type ChunkWork, createChunkDispatcher, takeChunks } from '#training/step/chunk-channel.js';
import { createOrderChannel, PLACES } from '#training/step/worker-channel.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const WORK = { name: 'vectors', option: '--threads' };
const STOP = new Error('stop');

function setUp(mainWork: ChunkWork, lives: readonly (() => boolean)[] = [() => true]) {
  const channel = createOrderChannel();
  return {
    channel,
    control: new Int32Array(channel.control),
    give: createChunkDispatcher(channel, lives, WORK, mainWork),
  };
}

test('a lone thread does every chunk of an order in turn, with its arguments', () => {
  const done: unknown[] = [];
  const { give } = setUp((order, chunk, args) => done.push([order, chunk, ...args]), []);
  give(7, 3, [2.5]);
  give(8, 1, [0.5]);
  expect(done).toEqual([
    [7, 0, 2.5],
    [7, 1, 2.5],
    [7, 2, 2.5],
    [8, 0, 0.5],
  ]);
});

test('chunks that another thread takes are not done twice', () => {
  const done: string[] = [];
  const { give, channel } = setUp((_, chunk) => {
    done.push(`main ${chunk}`);
    if (chunk > 0) return;
    // A worker gets its turn: it takes the only chunk that is left, and would then sleep.
    runUntilAsleep(channel, (order, taken, [first]) => {
      done.push(`worker ${taken} of ${order} with ${first}`);
      throw STOP;
    });
  });
  const error = thrownBy(() => give(3, 2, [9]));
  expect(done).toEqual(['main 0', 'worker 1 of 3 with 9']);
  expect(error.message).toBe('vectors: worker 1: stop');
});

test('a worker that ends while it has a chunk is named', () => {
  const { give, control } = setUp(() => {
    control[PLACES.sequence]++; // taken by a worker, and never done
  }, [() => true, () => false]);
  const error = thrownBy(() => give(1, 2, []));
  expect(error.code).toBe('worker_failed');
  expect(error.message).toContain('vectors: worker 2 ended in the middle of a step');
  expect(error.message).toContain('--threads');
});

/** Runs a worker's loop on this thread until it would sleep, which a thread may not do for ever here. */
function runUntilAsleep(channel: ReturnType<typeof createOrderChannel>, work: ChunkWork): void {
  const wait = Atomics.wait;
  try {
    Atomics.wait = () => {
      throw STOP;
    };
    expect(() => takeChunks(channel, 'worker 1', work)).toThrow(STOP);
  } finally {
    Atomics.wait = wait;
  }
}
