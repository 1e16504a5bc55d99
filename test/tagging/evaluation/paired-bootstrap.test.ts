import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { pairedBootstrap } from '#tagging/evaluation/paired-bootstrap.js';

const RIGHT = { correct: 1, predicted: 1, gold: 1 };
const MISSED = { correct: 0, predicted: 0, gold: 1 };
const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('the paired bootstrap', () => {
  test('is sure of a tagger that is better in every sentence, and of the sign', () => {
    const pairs = repeat(20, { left: MISSED, right: RIGHT });
    expect(pairedBootstrap(pairs, createRandom(0))).toEqual({ difference: 1, interval: [1, 1], share: 1 });
    const turned = pairs.map(({ left, right }) => ({ left: right, right: left }));
    expect(pairedBootstrap(turned, createRandom(0))).toEqual({ difference: -1, interval: [-1, -1], share: 0 });
  });

  test('finds no difference between two that say the same, whatever they say', () => {
    const pairs = [...repeat(5, { left: RIGHT, right: RIGHT }), ...repeat(5, { left: MISSED, right: MISSED })];
    expect(pairedBootstrap(pairs, createRandom(0))).toEqual({ difference: 0, interval: [0, 0], share: 0.5 });
  });

  test('is unsure of one sentence gained and one lost', () => {
    const pairs = [
      { left: MISSED, right: RIGHT },
      { left: RIGHT, right: MISSED },
      ...repeat(8, { left: RIGHT, right: RIGHT }),
    ];
    const { difference, interval, share } = pairedBootstrap(pairs, createRandom(0));
    expect(difference).toBeCloseTo(0, 12);
    expect(interval[0]).toBeLessThan(0);
    expect(interval[1]).toBeGreaterThan(0);
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.7);
  });

  test('has nothing to say of no sentence', () => {
    expect(pairedBootstrap([], createRandom(0))).toEqual({ difference: 0, interval: [0, 0], share: 0.5 });
  });
});
