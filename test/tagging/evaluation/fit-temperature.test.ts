import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { fitTemperature, goldenSection } from '#tagging/evaluation/fit-temperature.js';
import { reliabilityOf, type SpanOutcome } from '#tagging/evaluation/reliability.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Names whose truth is drawn at temperature `right` and whose scores come from the same logits at any other. */
function synthetic(right: number, names = 4000): (temperature: number) => SpanOutcome[] {
  const random = createRandom(3);
  const drawn = Array.from({ length: names }, () => {
    const logit = right * (1.5 + 1.5 * random.gaussian());
    return { logit, isCorrect: random.next() < sigmoid(logit / right) };
  });
  return (temperature) => drawn.map(({ logit, isCorrect }) => ({ score: sigmoid(logit / temperature), isCorrect }));
}

describe('fitTemperature', () => {
  test.each([
    ['over-confident', 2.5],
    ['well-calibrated', 1],
    ['under-confident', 0.4],
  ])('finds that of a model that is %s', (_, right) => {
    const outcomesAt = synthetic(right);
    const fit = fitTemperature(outcomesAt);
    expect(fit).toMatchObject({ number: 4000, isFitted: true });
    expect(fit.temperature / right).toBeGreaterThan(0.9);
    expect(fit.temperature / right).toBeLessThan(1.1);
    expect(reliabilityOf(outcomesAt(fit.temperature)).error).toBeLessThan(0.02);
    if (right !== 1) expect(reliabilityOf(outcomesAt(1)).error).toBeGreaterThan(0.05);
  });

  test('gives the same number every time, of four digits', () => {
    const [one, two] = [fitTemperature(synthetic(2)), fitTemperature(synthetic(2))];
    expect(two).toEqual(one);
    expect(String(one.temperature)).toMatch(/^\d\.\d{1,3}$/);
  });

  test('does not depend on the order of the names', () => {
    const outcomesAt = synthetic(2);
    expect(fitTemperature((temperature) => outcomesAt(temperature).toReversed())).toEqual(fitTemperature(outcomesAt));
  });

  test('of fewer than twenty names is 1: too few to tell', () => {
    expect(fitTemperature(synthetic(3, 19))).toEqual({ temperature: 1, number: 19, isFitted: false });
    expect(fitTemperature(synthetic(3, 20)).isFitted).toBe(true);
    expect(fitTemperature(() => [])).toEqual({ temperature: 1, number: 0, isFitted: false });
  });

  test('all right is no reason to be quite sure: of 30 names, 31 in 32', () => {
    const logit = 1;
    const { temperature } = fitTemperature((t) =>
      Array.from({ length: 30 }, () => ({ score: sigmoid(logit / t), isCorrect: true })),
    );
    expect(sigmoid(logit / temperature)).toBeCloseTo(31 / 32, 3);
  });

  test.each([
    ['20', 100, 0],
    ['0.05', 0.01, 1],
  ] as const)('stops at %s, however far the scores are from the truth', (end, logit, correct) => {
    const { temperature } = fitTemperature((t) =>
      Array.from({ length: 50 }, () => ({ score: sigmoid(logit / t), isCorrect: correct === 1 })),
    );
    expect(temperature / Number(end)).toBeCloseTo(1, 2);
  });

  test('stays at 1 where temperatures make no difference', () => {
    for (const score of [0, 0.5, 1]) {
      const outcomes = Array.from({ length: 50 }, (_, i) => ({ score, isCorrect: i % 2 === 0 }));
      expect(fitTemperature(() => outcomes).temperature).toBe(1);
    }
  });
});

test.each([
  [(x: number) => (x - 0.7) ** 2, 0.7],
  [(x: number) => Math.abs(x + 1.25), -1.25],
  [(x: number) => x, -2],
  [(x: number) => -x, 3],
])('goldenSection finds the valley of %s', (f, expected) => {
  let calls = 0;
  const found = goldenSection(
    (x) => {
      calls++;
      return f(x);
    },
    [-2, 3],
    1e-4,
  );
  expect(Math.abs(found - expected)).toBeLessThan(1e-4);
  expect(calls).toBeLessThan(30);
});
