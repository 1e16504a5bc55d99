import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { attachSimdKernels, isSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { inMemory, random } from './contract/kernel-case.js';
import { createKernels } from './simd-modules.js';

const MEBIBYTE = 2 ** 20;

describe('arrays', () => {
  test('begin on cache lines, and successive matrices of whole pages on different ones', () => {
    const kernels = createKernels('simd');
    const pointers = [1, 100, 1024, 1024, 1024].map((length) => kernels.floats(length).byteOffset);
    pointers.push(kernels.arena.floats(4096).byteOffset, kernels.arena.floats(4096).byteOffset);
    for (const pointer of pointers) expect(pointer % 64).toBe(0);
    expect(new Set(pointers.slice(2).map((pointer) => pointer % 4096)).size).toBe(5);
  });

  test('of another memory are refused, before anything is written', () => {
    const kernels = createKernels('simd');
    const out = inMemory(kernels, [1, 2, 3]);
    for (const foreign of [new Float32Array(3), createKernels('simd').floats(3), new Float64Array(3)]) {
      const error = thrownBy(() => kernels.addScaled(out, foreign, 1, 3));
      expect(error.code).toBe('internal');
      expect(error.message).toBe(
        'kernels: an array of 3 elements does not lie in their memory; allocate it with kernels.floats, ints or arena',
      );
      expect(thrownBy(() => kernels.pointerOf(foreign)).message).toContain('does not lie in their memory');
    }
    expect(Array.from(out)).toEqual([1, 2, 3]);
    expect(kernels.pointerOf(out.subarray(1))).toBe(out.byteOffset + 4);
  });

  test('that are too short are refused', () => {
    const kernels = createKernels('simd');
    const [a, b, out] = [12, 20, 14].map((length) => kernels.floats(length));
    expect(thrownBy(() => kernels.matmul(out, a, b, 3, 5, 4, false)).message).toBe(
      'kernels: an array must have at least 15 elements, found 14',
    );
    const ids = kernels.arena.ints(2);
    expect(thrownBy(() => kernels.gatherRows(out, a, ids, 3, 4, 4, 0)).message).toContain(
      'at least 3 elements, found 2',
    );
    expect(thrownBy(() => kernels.gatherRows(out, a, ids, 2, 4, 10, 1)).message).toContain('at least 15 elements');
  });

  test('cannot have a length that is none', () => {
    const kernels = createKernels('simd');
    for (const length of [-1, 0.5, Number.NaN]) {
      const message = `kernels: an array's length must be a whole number from 0 on, found ${length}`;
      expect(thrownBy(() => kernels.floats(length)).message).toBe(message);
      expect(thrownBy(() => kernels.arena.ints(length)).message).toBe(message);
    }
  });

  test.each([
    ['gatherRows', 'index 3 at row 1 is not below 3'],
    ['gatherAddRows', 'index 3 at row 1 is not below 3'],
    ['scatterAddRows', 'index 3 at row 1 is not below 3'],
    ['softmaxCrossEntropy', 'index 3 at row 1 is not below 3'],
  ] as const)('%s refuses rows that a table does not have', (operation, message) => {
    const kernels = createKernels('simd');
    const [table, out] = [kernels.floats(9), kernels.floats(6)];
    const ids = kernels.ints(2);
    ids.set([-1, 3]);
    const error = thrownBy(() => {
      if (operation === 'softmaxCrossEntropy') kernels.softmaxCrossEntropy(out, out, ids, 2, 3, 1);
      else
        kernels[operation](
          operation === 'scatterAddRows' ? table : out,
          operation === 'scatterAddRows' ? out : table,
          ids,
          2,
          3,
          3,
          0,
        );
    });
    expect(error.message).toBe(`${operation}: ${message}`);
  });

  test.each(['takeRows', 'putRows'] as const)(
    '%s refuses rows that a table does not have, negative ones too',
    (operation) => {
      const kernels = createKernels('simd');
      const [table, rows] = [kernels.floats(9), kernels.floats(6)];
      const ids = kernels.ints(2);
      const call = (): void => {
        if (operation === 'takeRows') kernels.takeRows(rows, table, ids, 2, 3);
        else kernels.putRows(table, rows, ids, 2, 3);
      };
      ids.set([0, 3]);
      expect(thrownBy(call).message).toBe(`${operation}: index 3 at row 1 is not below 3`);
      ids.set([0, -1]);
      expect(thrownBy(call).message).toBe(`${operation}: index -1 at row 1 is not from 0 on`);
    },
  );
});

describe('memory', () => {
  test('grows as needed, and arrays made before go on working', () => {
    const kernels = createKernels('relaxed', { initialBytes: MEBIBYTE });
    const early = kernels.floats(1000).fill(1);
    const before = kernels.memory.buffer.byteLength;
    const late = kernels.floats(MEBIBYTE).fill(2);
    expect(kernels.memory.buffer.byteLength).toBeGreaterThan(before);
    kernels.addScaled(early, late, 1, 1000);
    expect(early.every((value) => value === 3)).toBe(true);
  });

  test('of the arena is used again where larger arrays are asked for first', () => {
    const kernels = createKernels('simd');
    const { arena } = kernels;
    const [small, large] = [MEBIBYTE / 2, 3 * MEBIBYTE]; // 2 and 12 MiB: neither fits where the other lay
    const take = (...lengths: readonly number[]): void => {
      arena.release(0);
      const arrays = lengths.map((length) => arena.floats(length));
      // All different, and all there.
      arrays.forEach((array, i) => {
        array.fill(i);
      });
      arrays.forEach((array, i) => {
        expect([array[0], array[array.length - 1]]).toEqual([i, i]);
      });
    };
    take(small);
    kernels.floats(16); // so that the next piece does not continue the first
    take(small, large);
    kernels.floats(16);
    const before = kernels.floats(16).byteOffset;
    for (let round = 0; round < 3; round++) {
      take(large, small);
      take(small, small);
      take(large);
    }
    expect(kernels.floats(16).byteOffset - before).toBe(64);
  });

  test.each([true, false])('says what was asked for and what is left when there is no more (shared: %s)', (shared) => {
    const kernels = createKernels('simd', { shared, initialBytes: 2 * MEBIBYTE, maximumBytes: 8 * MEBIBYTE });
    const limit = shared ? 8 : 2;
    const error = thrownBy(() => kernels.floats(3 * MEBIBYTE));
    expect(error.code).toBe('out_of_memory');
    expect(error.message).toMatch(
      new RegExp(`^memory: 12 MiB for one array were refused, ${limit - 1} MiB are left of ${limit} MiB$`),
    );
    expect(thrownBy(() => kernels.arena.floats(3 * MEBIBYTE)).code).toBe('out_of_memory');
    // What is left can still be used.
    expect(kernels.floats(1000)[999]).toBe(0);
    expect(kernels.permanentBytes).toBe(4000);
  });

  test('is the same above 2 GiB, where a signed address would be negative', () => {
    const kernels = createKernels('relaxed');
    const [m, n, k] = [13, 21, 30];
    const product = (): number[] => {
      const out = inMemory(kernels, random(m * n, 3));
      kernels.matmulTransposedB(
        out,
        inMemory(kernels, random(m * k)),
        inMemory(kernels, random(n * k, 2)),
        m,
        n,
        k,
        true,
      );
      kernels.softmax(out, out, m, n);
      return Array.from(out);
    };
    const low = product();
    kernels.floats(2 ** 29 + 2 ** 20); // never touched, so never more than an address range
    kernels.arena.floats(2 ** 21);
    const high = product();
    expect(kernels.arena.floats(1).byteOffset).toBeGreaterThan(2 ** 31);
    expect(high).toEqual(low);
    expect(kernels.floats(10_000_000)[9_999_999]).toBe(0);
  });

  test('reserves nothing more for minibatches of a steady size', () => {
    const kernels = createKernels('simd');
    const minibatch = (): void => {
      for (const length of [100, 3_000_000, 17, 2_000_000]) kernels.arena.floats(length);
      kernels.arena.release(0);
    };
    minibatch();
    const next = kernels.floats(1).byteOffset;
    for (let i = 0; i < 10; i++) minibatch();
    expect(kernels.floats(1).byteOffset).toBe(next + 64);
  });
});

describe('attached kernels', () => {
  test('share the permanent arrays in their order and have an arena of their own', () => {
    const kernels = createKernels('relaxed');
    expect(isSimdKernels(kernels)).toBe(true);
    expect(isSimdKernels(createReferenceKernels())).toBe(false);
    const weights = kernels.floats(100).fill(1);
    const ids = kernels.ints(3).fill(7);
    const attached = attachSimdKernels(kernels.handle);
    const sameWeights = attached.floats(100);
    const sameIds = attached.ints(3);
    expect(attached.permanentPointers).toEqual(kernels.permanentPointers);
    expect([sameWeights.byteOffset, sameIds.byteOffset]).toEqual([weights.byteOffset, ids.byteOffset]);
    attached.scale(sameWeights, 2, 100);
    expect(weights.every((value) => value === 2)).toBe(true);
    expect(sameIds[2]).toBe(7);
    const pointers = [attached, kernels].flatMap((one) =>
      [one.floats(5), one.arena.floats(5)].map((view) => view.byteOffset),
    );
    expect(new Set(pointers).size).toBe(4);
  });

  test('refuse a network of another shape', () => {
    const kernels = createKernels('simd');
    kernels.floats(100);
    const attached = attachSimdKernels(kernels.handle);
    expect(thrownBy(() => attached.floats(101)).message).toBe(
      'kernels: permanent array 0 of the attached memory has 100 elements, 101 were asked for',
    );
  });

  test('compute the same bits, on scratch memory of their own', () => {
    const kernels = createKernels('relaxed');
    const attached = attachSimdKernels(kernels.handle);
    const [m, n, k] = [20, 30, 40];
    const results = [kernels, attached].map((one) => {
      const out = one.arena.floats(m * n);
      one.matmulTransposedB(out, inMemory(one, random(m * k)), inMemory(one, random(n * k, 2)), m, n, k, false);
      return out;
    });
    expect(Array.from(results[1])).toEqual(Array.from(results[0]));
    expect(results[1].byteOffset).not.toBe(results[0].byteOffset);
  });

  test('see memory that the other grew', () => {
    const kernels = createKernels('simd', { initialBytes: MEBIBYTE });
    const attached = attachSimdKernels(kernels.handle);
    kernels.floats(MEBIBYTE);
    const array = attached.floats(10).fill(1);
    attached.scale(array, 3, 10);
    expect(array[9]).toBe(3);
    expect(array.byteOffset).toBeGreaterThan(4 * MEBIBYTE);
  });

  test('work in another thread, which needs no flag and compiles nothing', async () => {
    const kernels = createKernels('relaxed');
    const values = kernels.floats(8).fill(3);
    const { module, memory, permanentPointers } = kernels.handle;
    const code = `
      const { workerData, parentPort } = require('node:worker_threads');
      const { module, memory, pointer, length } = workerData;
      const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports;
      wasm.scale(pointer, 2, length);
      parentPort.postMessage('done');`;
    const workerData = { module, memory, ...permanentPointers[0] };
    const worker = new Worker(code, { eval: true, workerData });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    await worker.terminate();
    expect(Array.from(values)).toEqual(new Array(8).fill(6));
  });
});
