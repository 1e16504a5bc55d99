import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { bootstrapIntervals } from '#tagging/evaluation/confidence-interval.js';
import type { LabelCounts, SpanCounts } from '#tagging/evaluation/span-scores.js';

const NOTHING: LabelCounts = new Map();
const sentence = (label: string, counts: readonly [correct: number, predicted: number, gold: number]): LabelCounts => {
  const [correct, predicted, gold] = counts;
  return new Map<string, SpanCounts>([[label, { correct, predicted, gold }]]);
};
const times = (count: number, counts: LabelCounts): LabelCounts[] => Array.from({ length: count }, () => counts);
const intervalsOf = (sentences: readonly LabelCounts[], seed = 1, resamples?: number) =>
  bootstrapIntervals(sentences, { random: createRandom(seed), ...(resamples && { resamples }) });

const RIGHT = sentence('PER', [1, 1, 1]);
const WRONG = sentence('PER', [0, 1, 1]);

describe('bootstrapIntervals', () => {
  test('is that of a share, where F1 is one: 0.8 of 400, give or take 1.96 standard errors', () => {
    const { micro, labels } = intervalsOf([...times(320, RIGHT), ...times(80, WRONG)]);
    expect(micro[0]).toBeGreaterThan(0.7608 - 0.008);
    expect(micro[0]).toBeLessThan(0.7608 + 0.008);
    expect(micro[1]).toBeGreaterThan(0.8392 - 0.008);
    expect(micro[1]).toBeLessThan(0.8392 + 0.008);
    expect(labels).toEqual({ PER: micro });
  });

  test('sentences without names are drawn too: they widen it', () => {
    const names = [...times(40, RIGHT), ...times(10, WRONG)];
    const widthOf = ({ micro: [low, high] }: ReturnType<typeof intervalsOf>) => high - low;
    const few = intervalsOf(names);
    const diluted = intervalsOf([...names, ...times(450, NOTHING)]);
    expect(widthOf(diluted)).toBeGreaterThan(widthOf(few) * 0.95);
    expect(diluted.micro).not.toEqual(few.micro);
  });

  test('narrows as the corpus grows', () => {
    const widths = [1, 4, 16].map((n) => {
      const [low, high] = intervalsOf([...times(20 * n, RIGHT), ...times(10 * n, WRONG)]).micro;
      return high - low;
    });
    expect(widths[1] / widths[0]).toBeCloseTo(0.5, 1);
    expect(widths[2] / widths[1]).toBeCloseTo(0.5, 1);
  });

  test('has labels of their own, in order', () => {
    const { micro, labels } = intervalsOf([
      ...times(60, RIGHT),
      ...times(30, sentence('LOC', [0, 1, 1])),
      ...times(10, sentence('__proto__', [1, 1, 1])),
    ]);
    expect(Object.entries(labels)).toEqual([
      ['LOC', [0, 0]],
      ['PER', [1, 1]],
      ['__proto__', [1, 1]],
    ]);
    expect(micro[0]).toBeGreaterThan(0.5);
    expect(micro[1]).toBeLessThan(0.9);
  });

  test('of resamples as many as asked for, leaving 2.5 % out at either end', () => {
    // F1 of two sentences, one right and one wrong, is 0, 0.5 or 1, a quarter, a half and a quarter of the times.
    const { micro } = bootstrapIntervals([RIGHT, WRONG], { random: createRandom(2), resamples: 400, level: 0.4 });
    expect(micro).toEqual([0.5, 0.5]);
    expect(intervalsOf([RIGHT, WRONG]).micro).toEqual([0, 1]);
    expect(intervalsOf([RIGHT, WRONG], 1, 1).micro[0]).toBe(intervalsOf([RIGHT, WRONG], 1, 1).micro[1]);
  });

  test('is the same for the same seed', () => {
    const sentences = [...times(50, RIGHT), ...times(31, WRONG)];
    expect(intervalsOf(sentences, 7)).toEqual(intervalsOf(sentences, 7));
    const several = [1, 2, 3, 4].map((seed) => intervalsOf(sentences, seed, 50).micro.join());
    expect(new Set(several).size).toBeGreaterThan(1);
  });

  test('of nothing is nothing', () => {
    expect(intervalsOf([])).toEqual({ micro: [0, 0], labels: {} });
    expect(intervalsOf(times(3, NOTHING))).toEqual({ micro: [0, 0], labels: {} });
  });
});
