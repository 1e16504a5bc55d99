import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { estimateOf, estimateWithInterval, type LearningEstimate } from '#tagging/evaluation/learning-estimate.js';

const f1Of = (sentences: number): number => 1 - 2 * sentences ** -0.5;

test('a power law is found again, and carried on', () => {
  const points = [50, 100, 200].map((sentences) => ({ sentences, f1: f1Of(sentences) }));
  const { sentences, now, later } = estimateOf(points, 50)!;
  expect(sentences).toBe(200);
  expect(now).toBeCloseTo(f1Of(200), 9);
  expect(later).toBeCloseTo(f1Of(250), 9);
});

test.each([
  ['no training', []],
  ['one training', [{ sentences: 50, f1: 0.5 }]],
  [
    'two of nearly one size',
    [
      { sentences: 50, f1: 0.5 },
      { sentences: 60, f1: 0.6 },
    ],
  ],
  [
    'a fall',
    [
      { sentences: 50, f1: 0.6 },
      { sentences: 100, f1: 0.5 },
    ],
  ],
  [
    'nothing left to learn',
    [
      { sentences: 50, f1: 1 },
      { sentences: 100, f1: 1 },
    ],
  ],
])('%s gives no estimate', (_, points) => {
  expect(estimateOf(points, 50)).toBeUndefined();
});

describe('with its uncertainty', () => {
  /** One name a sentence, found in a share of them: more often by the one that has learned from more. */
  const found = (share: number) =>
    Array.from({ length: 400 }, (_, i) => ({ correct: (i * 7) % 100 < 100 * share ? 1 : 0, predicted: 1, gold: 1 }));
  const sizes = [
    { sentences: 100, trainings: [found(0.5)] },
    { sentences: 200, trainings: [found(0.7)] },
  ];
  const asked = () => ({ from: 250, more: 50, random: createRandom(0) });

  test('the law is that of the scores, and the gain lies within its interval', () => {
    const { sentences, now, later, interval } = estimateWithInterval(sizes, asked())!;
    const exponent = Math.log(0.3 / 0.5) / Math.log(2);
    expect(sentences).toBe(250);
    expect(1 - now).toBeCloseTo(0.3 * (250 / 200) ** exponent, 9);
    expect(1 - later).toBeCloseTo(0.3 * (300 / 200) ** exponent, 9);
    const [low, high] = interval!;
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(later - now);
    expect(high).toBeGreaterThan(later - now);
    expect(estimateWithInterval(sizes, asked())).toEqual({ sentences, now, later, interval });
  });

  const width = ({ interval }: LearningEstimate) => interval![1] - interval![0];

  test('of fewer sentences it is greater', () => {
    const few = sizes.map(({ sentences, trainings }) => ({ sentences, trainings: [trainings[0].slice(0, 50)] }));
    expect(width(estimateWithInterval(few, asked())!)).toBeGreaterThan(
      2 * width(estimateWithInterval(sizes, asked())!),
    );
  });

  test('of trainings that differ it is greater', () => {
    const apart = sizes.map(({ sentences }, i) => ({
      sentences,
      trainings: [found(0.4 + 0.2 * i), found(0.6 + 0.2 * i)],
    }));
    expect(width(estimateWithInterval(apart, asked())!)).toBeGreaterThan(width(estimateWithInterval(sizes, asked())!));
  });

  test('there is none where the larger training did no better', () => {
    expect(estimateWithInterval([sizes[1], { ...sizes[0], sentences: 300 }], asked())).toBeUndefined();
  });
});
