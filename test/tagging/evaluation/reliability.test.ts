import { expect, test } from 'vitest';
import { reliabilityOf, type SpanOutcome } from '#tagging/evaluation/reliability.js';

const outcomes = (...pairs: readonly (readonly [score: number, correct: 0 | 1])[]): SpanOutcome[] =>
  pairs.map(([score, correct]) => ({ score, isCorrect: correct === 1 }));

test('expected calibration error, by hand', () => {
  // [0.5, 0.6): 0.5, 0.58, one of two right: |0.54 - 0.5| = 0.04
  // [0.8, 0.9): 0.8, one of one right:       |0.8 - 1| = 0.2
  // [0.9, 1]:   0.95, 1, 0.93, two of three: |0.96 - 0.666...| = 0.29333...
  const { number, error, bins } = reliabilityOf(outcomes([0.5, 0], [0.58, 1], [0.8, 1], [0.95, 1], [1, 1], [0.93, 0]));
  expect(number).toBe(6);
  expect(error).toBeCloseTo((2 / 6) * 0.04 + (1 / 6) * 0.2 + (3 / 6) * (0.96 - 2 / 3), 12);
  expect(bins).toHaveLength(10);
  expect(bins[5]).toEqual({ from: 0.5, to: 0.6, number: 2, meanScore: 0.54, shareCorrect: 0.5 });
  expect(bins[8]).toEqual({ from: 0.8, to: 0.9, number: 1, meanScore: 0.8, shareCorrect: 1 });
  expect(bins[9]).toEqual({
    from: 0.9,
    to: 1,
    number: 3,
    meanScore: expect.closeTo(0.96, 12),
    shareCorrect: expect.closeTo(2 / 3, 12),
  });
  expect(bins[0]).toEqual({ from: 0, to: 0.1, number: 0, meanScore: null, shareCorrect: null });
});

test.each([
  [0, 0],
  [0.0999, 0],
  [0.1, 1],
  [0.7, 7],
  [0.9, 9],
  [1, 9],
])('a score of %d is in bin %d', (score, bin) => {
  const { bins } = reliabilityOf(outcomes([score, 1]));
  expect(bins.findIndex(({ number }) => number === 1)).toBe(bin);
});

test('right as often as said is an error of 0, always wrong and sure of it one of 1', () => {
  expect(reliabilityOf(outcomes([0.75, 1], [0.75, 1], [0.75, 0], [0.75, 1])).error).toBe(0);
  expect(reliabilityOf(outcomes([1, 0], [1, 0])).error).toBe(1);
});

test('of no names there is no error', () => {
  const { number, error, bins } = reliabilityOf([]);
  expect({ number, error }).toEqual({ number: 0, error: null });
  expect(bins.every((bin) => bin.number === 0 && bin.meanScore === null)).toBe(true);
});
