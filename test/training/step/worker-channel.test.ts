import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.js';
import { createDispatcher, createWorkerChannel, ORDER, obeyOrders } from '#training/step/worker-channel.js';
import { thrownBy } from '../../helpers/thrown-by.js';

/** Places in the shared counters. */
const [SEQUENCE, CURRENT, DONE] = [0, 1, 2];
const alive = (): boolean => true;

function setUp(lives: readonly (() => boolean)[]) {
  const channel = createWorkerChannel(1, 1);
  const control = new Int32Array(channel.control);
  const dispatch = createDispatcher(channel, lives);
  /** A worker that carries out one order, on this thread. */
  const obeyOnce = (name: string, carryOut: (args: Float64Array) => void): void =>
    obeyOrders(channel, name, (_, args) => {
      control[CURRENT] = ORDER.exit;
      control[SEQUENCE]++;
      carryOut(args);
    });
  return { control, dispatch, obeyOnce };
}

test('an order reaches the workers with its arguments, and is done when all have done it', () => {
  const { dispatch, obeyOnce } = setUp([alive]);
  const seen: number[][] = [];
  dispatch(ORDER.shards, [3, 1, 4], () => obeyOnce('worker 1', (args) => seen.push([...args.subarray(0, 3)])));
  expect(seen).toEqual([[3, 1, 4]]);
});

describe('what a worker throws', () => {
  const thrownIn = (failure: unknown): AppError => {
    const { dispatch, obeyOnce } = setUp([alive]);
    const fail = (): never => {
      throw failure;
    };
    return thrownBy(() => dispatch(ORDER.blocks, [], () => obeyOnce('worker 1', fail)));
  };

  test.each([
    [new AppError('out_of_memory', 'memory: 9 MiB for one array were refused'), 'out_of_memory'],
    [new RangeError('out of cheese'), 'worker_failed'],
    ['in a bad mood', 'worker_failed'],
  ])('%s keeps its code, and names the worker', (failure, code) => {
    const error = thrownIn(failure);
    expect(error.code).toBe(code);
    expect(error.message).toBe(`training: worker 1: ${failure instanceof Error ? failure.message : failure}`);
  });

  test('is cut where it is too long, between two characters', () => {
    const { message } = thrownIn(new Error('é'.repeat(2000)));
    expect(message).toMatch(/^training: worker 1: é+$/);
    expect(message.length).toBeGreaterThan(400);
  });
});

describe('a worker that does not answer', () => {
  test('is waited for while it lives', () => {
    let looks = 0;
    const { control, dispatch } = setUp([
      () => {
        if (++looks === 3) Atomics.store(control, DONE, 1);
        return true;
      },
    ]);
    dispatch(ORDER.update, [], () => {});
    expect(looks).toBe(3);
  });

  test('is named once it is dead', () => {
    const { dispatch } = setUp([alive, () => false]);
    const start = performance.now();
    const error = thrownBy(() => dispatch(ORDER.update, [], () => {}));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(error.code).toBe('worker_failed');
    expect(error.message).toBe(
      'training: worker 2 ended in the middle of a step; it may have run out of memory, which fewer --workers need less of',
    );
  });
});
