import { expect, test } from 'vitest';
import { mostDifferent } from '#app/services/diversity.js';
import { estimateOf } from '#app/services/learning-estimate.js';

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

test('the text with the most new words is the most different; case and marks do not count', () => {
  const seen = ['The Aurora left Bergen.', 'Nobody saw her.'];
  const texts = ['AURORA left BERGEN!', 'Zoë’s 3 drugs were mixed by a pharmacist in Łódź', 'Nobody left.'];
  const candidates = texts.map((text) => ({ text }));
  expect(mostDifferent(candidates, seen)).toBe(candidates[1]);
  expect(mostDifferent([candidates[0], candidates[2]], seen)).toBe(candidates[0]);
  expect(mostDifferent([], seen)).toBeUndefined();
  // Two strange words are not worth more than many.
  const page = { text: 'a b c d e f g h i j k l m n o p q r s the aurora left' };
  expect(mostDifferent([{ text: 'x y' }, page], seen)).toBe(page);
});
