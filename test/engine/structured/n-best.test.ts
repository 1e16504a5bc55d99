import { describe, expect, test } from 'vitest';
import { createTagSet } from '#annotation/tags/tag-set.js';
import { createRandom } from '#base/random.js';
import { createBestPath, type TransitionScores } from '#engine/structured/lattice.js';
import { nBest } from '#engine/structured/n-best.js';
import { legalTransitions } from '#tagging/model/tagger-model.js';
import { everyPath } from '../../helpers/every-path.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const LEGAL = legalTransitions(createTagSet(['PER'], 'bioes')); // K = 5
const K = 5;

const emissionsOf = (seed: number, tokens: number): Float64Array => {
  const random = createRandom(seed);
  return Float64Array.from({ length: tokens * K }, () => 2 * random.gaussian());
};

const learned = (seed: number): TransitionScores => {
  const random = createRandom(seed).fork('transitions');
  const moved = (scores: Float64Array) => scores.map((score) => score + random.gaussian());
  return { between: moved(LEGAL.between), start: moved(LEGAL.start), end: moved(LEGAL.end) };
};

describe.each([
  ['legal transitions alone', () => LEGAL],
  ['learned transitions', learned],
] as const)('%s', (_, transitionsOf) => {
  test.each([1, 2, 3, 6])('the best sequences of %i tokens are those of all, with their probabilities', (tokens) => {
    for (const seed of [1, 2, 3]) {
      const transitions = transitionsOf(seed);
      const emissions = emissionsOf(seed, tokens);
      const all = everyPath(emissions, tokens, transitions).sort((left, right) => right.score - left.score);
      const total = all.reduce((sum, { score }) => sum + Math.exp(score), 0);
      for (const n of [1, 2, 7, all.length, all.length + 3]) {
        const found = nBest(emissions, tokens, transitions, n);
        expect(found.map(({ tagIds }) => [...tagIds])).toEqual(all.slice(0, n).map(({ tags }) => tags));
        found.forEach(({ probability }, i) => {
          expect(Math.abs(probability - Math.exp(all[i].score) / total)).toBeLessThan(1e-9);
        });
      }
    }
  });

  test('the first is the best path of a long sentence, and probabilities only fall', () => {
    const transitions = transitionsOf(9);
    const emissions = emissionsOf(9, 40);
    const found = nBest(emissions, 40, transitions, 50);
    expect(found).toHaveLength(50);
    expect(found[0].tagIds).toEqual(createBestPath(transitions).path(emissions, 40));
    const probabilities = found.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((left, right) => right - left));
    expect(new Set(found.map(({ tagIds }) => tagIds.join())).size).toBe(50);
  });
});

test('no tokens have one sequence, the empty one', () => {
  expect(nBest(new Float64Array(0), 0, LEGAL, 3)).toEqual([{ tagIds: new Int32Array(0), probability: 1 }]);
});

test.each([0, -1, 1.5, Number.NaN])('n = %d is refused', (n) => {
  const { code, message } = thrownBy(() => nBest(emissionsOf(1, 1), 1, LEGAL, n));
  expect(code).toBe('invalid_argument');
  expect(message).toBe(`"n" must be a whole number from 1, found ${n}`);
});
