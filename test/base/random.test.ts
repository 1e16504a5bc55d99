import { describe, expect, test } from 'vitest';
import { createRandom, lowbias32, type Random } from '#base/random.js';

const drawn = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.uint32());

/** The inverse that the author of lowbias32 publishes beside it, https://nullprogram.com/blog/2018/07/31/. */
function lowbias32Inverse(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x43021123);
  x ^= (x >>> 15) ^ (x >>> 30);
  x = Math.imul(x, 0x1d69e2a5);
  x ^= x >>> 16;
  return x >>> 0;
}

describe('lowbias32', () => {
  // The published C function, run in Python, whose integers have no width to get wrong:
  // m = 2**32 - 1
  // def f(x): x ^= x >> 16; x = x * 0x7feb352d & m; x ^= x >> 15; x = x * 0x846ca68b & m; return x ^ x >> 16
  test.each([
    [0, 0],
    [1, 1753845952],
    [2, 3507691905],
    [42, 388445122],
    [0xdeadbeef, 3861431939],
    [0x80000000, 3427483940],
    [0xffffffff, 1734902346],
  ])('of %i is %i', (x, expected) => {
    expect(lowbias32(x)).toBe(expected);
  });

  test('is undone by the inverse published with it', () => {
    const random = createRandom(11);
    for (const x of [0, 1, 2 ** 31, 2 ** 32 - 1, ...drawn(random, 1000)])
      expect(lowbias32Inverse(lowbias32(x))).toBe(x);
  });

  test('flips about half of the output bits for each input bit', () => {
    const random = createRandom(12);
    let flipped = 0;
    for (const x of drawn(random, 500)) {
      for (let bit = 0; bit < 32; bit++) flipped += bitCount(lowbias32(x) ^ lowbias32((x ^ (1 << bit)) >>> 0));
    }
    expect(flipped / (500 * 32 * 32)).toBeCloseTo(0.5, 2);
  });
});

describe('a stream', () => {
  test('is the same for the same seed', () => {
    expect(drawn(createRandom(7), 50)).toEqual(drawn(createRandom(7), 50));
  });

  test('differs between neighbouring, negative and large seeds; 0 is a seed like any other', () => {
    const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 40, Number.MAX_SAFE_INTEGER];
    const starts = seeds.map((seed) => drawn(createRandom(seed), 4).join());
    expect(new Set(starts).size).toBe(seeds.length);
  });

  // From a second implementation of the same definition (seeding, addresses and sfc32), in Python.
  test('keeps its numbers from one version of the program to the next', () => {
    expect(drawn(createRandom(0), 4)).toEqual([1722977079, 1747843033, 1262423006, 3038435508]);
    expect(drawn(createRandom(0).fork('step', 3), 2)).toEqual([3107964090, 3654201739]);
  });
});

describe('fork', () => {
  test('does not depend on how far the parent has advanced, nor does it advance the parent', () => {
    const parent = createRandom(3);
    const untouched = createRandom(3);
    const before = drawn(parent.fork('epoch', 2), 10);
    drawn(parent, 17);
    expect(drawn(parent.fork('epoch', 2), 10)).toEqual(before);
    drawn(untouched, 17);
    expect(drawn(parent, 5)).toEqual(drawn(untouched, 5));
  });

  test('walks an address in one step or in several', () => {
    const random = createRandom(3);
    expect(drawn(random.fork('dropout', 'input', 4), 5)).toEqual(drawn(random.fork('dropout').fork('input', 4), 5));
  });

  test('gives another stream for every address', () => {
    const random = createRandom(3);
    const addresses: [string | number, ...(string | number)[]][] = [
      ['a'],
      ['b'],
      [0],
      [1],
      ['0'],
      ['1'],
      [97],
      ['a', 'b'],
      ['b', 'a'],
      ['ab'],
      ['', 'a'],
      ['a', ''],
      [0, 1],
      [1, 0],
      ['step', 1],
    ];
    const starts = [drawn(random, 4), ...addresses.map((address) => drawn(random.fork(...address), 4))];
    expect(new Set(starts.map(String)).size).toBe(addresses.length + 1);
  });
});

describe('numbers', () => {
  test('next is uniform on [0, 1)', () => {
    const random = createRandom(21);
    const values = Array.from({ length: 40_000 }, () => random.next());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(mean(values.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
  });

  test.each([1, 2, 3, 10, 97])('integer is uniform below %i', (limit) => {
    const random = createRandom(22).fork(limit);
    const counts = new Array<number>(limit).fill(0);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) counts[random.integer(limit)]++;
    // Pearson's chi-squared; its mean is the degrees of freedom, its deviation sqrt(2 df).
    const expected = draws / limit;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(limit - 1 + 5 * Math.sqrt(2 * limit));
  });

  test('integer has no modulo bias: with a limit of 3 * 2^30 a plain remainder would favour the lowest third', () => {
    const random = createRandom(23);
    const limit = 3 * 2 ** 30;
    const draws = Array.from({ length: 20_000 }, () => random.integer(limit));
    expect(draws.filter((draw) => draw < 2 ** 30).length / draws.length).toBeCloseTo(1 / 3, 1);
    expect(Math.max(...draws)).toBeLessThan(limit);
  });

  test('gaussian has mean 0, variance 1, no skew and a kurtosis of 3', () => {
    const random = createRandom(24);
    const values = Array.from({ length: 60_000 }, () => random.gaussian());
    const moment = (power: number): number => mean(values.map((x) => x ** power));
    expect(Math.abs(moment(1))).toBeLessThan(0.015);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.025);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });
});

describe('shuffle', () => {
  test('permutes in place', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const shuffled = createRandom(31).shuffle(items);
    expect(shuffled).toBe(items);
    expect(shuffled).not.toEqual([...shuffled].sort((x, y) => x - y));
    expect([...shuffled].sort((x, y) => x - y)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('deals every order of three equally often', () => {
    const random = createRandom(32);
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000));
  });

  test.each([[[]], [['one']]])('leaves %j alone', (items) => {
    expect(createRandom(33).shuffle([...items])).toEqual(items);
  });
});

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

function bitCount(x: number): number {
  let count = 0;
  for (let bits = x >>> 0; bits !== 0; bits >>>= 1) count += bits & 1;
  return count;
}
