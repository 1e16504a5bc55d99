import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { createWordWorth, fitNameLikeness, type NameExample } from '#tagging/vectors/build/name-likeness.js';
import { thrownBy } from '../../../helpers/thrown-by.js';

/** Names lie at (3, 1), others at (-1, 1); the third number is noise. */
function examples(count: number): NameExample[] {
  const random = createRandom(5).fork('examples');
  const noise = (): number => random.next() - 0.5;
  return Array.from({ length: count }, (_, i) => ({
    values: Float32Array.of((i % 2 === 0 ? 3 : -1) + noise(), 1 + noise(), 5 * noise()),
    share: i % 2 === 0 ? 1 : 0,
  }));
}

describe('name likeness', () => {
  const likeness = fitNameLikeness(examples(200));

  test('is near 1 for names and near 0 for others, whatever the noise', () => {
    for (const noise of [-2, 0, 2]) {
      expect(likeness(Float32Array.of(3, 1, noise))).toBeCloseTo(1, 1);
      expect(likeness(Float32Array.of(-1, 1, noise))).toBeCloseTo(0, 1);
      expect(likeness(Float32Array.of(1, 1, noise))).toBeCloseTo(0.5, 1);
    }
  });

  test('learns shares', () => {
    const shares = [0, 0.25, 0.5, 1].map((share) => ({ values: Float32Array.of(share * 8, 1), share }));
    const fitted = fitNameLikeness([...shares, ...shares]);
    expect(fitted(Float32Array.of(2, 1))).toBeCloseTo(0.25, 1);
  });

  test('vectors that are all the same say nothing', () => {
    const same = [1, 0, 0, 0].map((share) => ({ values: Float32Array.of(1, 2), share }));
    expect(fitNameLikeness(same)(Float32Array.of(9, 9))).toBe(0.25);
  });

  test('a dimension that is always 0 does no harm', () => {
    const padded = examples(50).map(({ values, share }) => ({ values: Float32Array.of(...values, 0), share }));
    expect(fitNameLikeness(padded)(Float32Array.of(3, 1, 0, 0))).toBeCloseTo(1, 1);
  });

  test.each([
    ['no words', [], 'found 0 words with vectors, none of them names'],
    [
      'no names',
      examples(2).map((example) => ({ ...example, share: 0 })),
      'found 2 words with vectors, none of them names',
    ],
    [
      'nothing but names',
      examples(2).map((example) => ({ ...example, share: 1 })),
      'found 2 words with vectors, all of them names',
    ],
  ])('refuses %s', (_, some, message) => {
    const error = thrownBy(() => fitNameLikeness(some));
    expect(error.code).toBe('empty_corpus');
    expect(error.message).toBe(`--like: expected sentences with words inside and outside names, ${message}`);
  });
});

describe('worth', () => {
  const worth = createWordWorth(examples(200));
  const NAME = Float32Array.of(3, 1, 0);
  const OTHER = Float32Array.of(-1, 1, 0);

  test('falls with the place in the file', () => {
    expect(worth(NAME, 9)).toBeCloseTo(worth(NAME, 0) / 10, 12);
  });

  test('a name takes the place of other words that occur up to about three times as often, not of more frequent ones', () => {
    expect(worth(NAME, 29)).toBeGreaterThan(worth(OTHER, 10));
    expect(worth(NAME, 39)).toBeLessThan(worth(OTHER, 10));
  });

  test('is bounded, however far off a vector is', () => {
    expect(worth(Float32Array.of(1000, 1, 0), 0)).toBe(1);
    expect(worth(Float32Array.of(-1000, 1, 0), 0)).toBe(0.3);
  });
});
