import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { createBestPath, createForwardBackward, type TransitionScores, weightsOf } from '#engine/structured/lattice.js';
import { everyPath } from '../../helpers/every-path.js';

const K = 4;

/** Any transitions at all: some impossible, some alike, so that tags share their lists of steps. */
const scores = (length: number) =>
  fc
    .array(fc.constantFrom(0, 0, 1.5, -0.75, Number.NEGATIVE_INFINITY), { minLength: length, maxLength: length })
    .map((list) => Float64Array.from(list));
const transitions = fc.record({ between: scores(K * K), start: scores(K), end: scores(K) });

function emissionsOf(seed: number, tokens: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: tokens * K }, () => 2 * random.gaussian());
}

const sentences = fc.record({
  transitions,
  tokens: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(1000),
});

const NO_END = new Float64Array(K);

describe('a whole sentence', () => {
  test('the best path is the best of all', () => {
    fc.assert(
      fc.property(sentences, ({ transitions, tokens, seed }) => {
        const emissions = emissionsOf(seed, tokens);
        const paths = everyPath(emissions, tokens, transitions);
        fc.pre(paths.length > 0);
        const best = paths.reduce((winner, path) => (path.score > winner.score ? path : winner));
        expect([...createBestPath(transitions).path(emissions, tokens)]).toEqual(best.tags);
      }),
    );
  });

  test('marginals and the partition are the sums over all paths', () => {
    fc.assert(
      fc.property(sentences, ({ transitions, tokens, seed }) => {
        const emissions = emissionsOf(seed, tokens);
        const paths = everyPath(emissions, tokens, transitions);
        fc.pre(paths.length > 0);
        const total = paths.reduce((sum, { score }) => sum + Math.exp(score), 0);
        const lattice = createForwardBackward(weightsOf(transitions))(emissions, tokens);
        expect(lattice.logPartition).toBeCloseTo(Math.log(total), 9);
        for (let t = 0; t < tokens; t++) {
          for (let tag = 0; tag < K; tag++) {
            const through = paths.filter(({ tags }) => tags[t] === tag);
            const expected = through.reduce((sum, { score }) => sum + Math.exp(score), 0) / total;
            expect(Math.abs(lattice.marginal(t * K + tag) - expected)).toBeLessThan(1e-9);
          }
        }
      }),
    );
  });

  test('a NaN among the emissions stays one', () => {
    const emissions = emissionsOf(1, 2);
    emissions[K + 1] = Number.NaN;
    const all: TransitionScores = { between: new Float64Array(K * K), start: new Float64Array(K), end: NO_END };
    expect(createForwardBackward(weightsOf(all))(emissions, 2).logPartition).toBeNaN();
  });
});

describe('part of a sentence', () => {
  /** The same sentence as one whole and cut in two. */
  const cutInTwo = sentences
    .filter(({ tokens }) => tokens > 1)
    .chain((sentence) =>
      fc.record({ sentence: fc.constant(sentence), cut: fc.integer({ min: 1, max: sentence.tokens - 1 }) }),
    );

  test('the best path goes on from the scores of the part before', () => {
    fc.assert(
      fc.property(cutInTwo, ({ sentence: { transitions, tokens, seed }, cut }) => {
        const emissions = emissionsOf(seed, tokens);
        fc.pre(everyPath(emissions, tokens, transitions).length > 0);
        const bestPath = createBestPath(transitions);
        let before: Float64Array | undefined;
        for (let t = 0; t < cut; t++) before = bestPath.extend(before, emissions.subarray(t * K, (t + 1) * K));
        const whole = bestPath.path(emissions, tokens);
        expect(bestPath.path(emissions.subarray(cut * K), tokens - cut, { before })).toEqual(whole.slice(cut));
      }),
    );
  });

  test('marginals go on from the probabilities of the part before', () => {
    fc.assert(
      fc.property(cutInTwo, ({ sentence: { transitions, tokens, seed }, cut }) => {
        const emissions = emissionsOf(seed, tokens);
        fc.pre(everyPath(emissions, tokens, transitions).length > 0);
        const run = createForwardBackward(weightsOf(transitions));
        const { alpha } = run(emissions.subarray(0, cut * K), cut, { goesOn: true });
        const before = alpha.slice((cut - 1) * K, cut * K);
        const part = run(emissions.subarray(cut * K), tokens - cut, { before });
        const marginals = Array.from({ length: (tokens - cut) * K }, (_, i) => part.marginal(i));
        const whole = run(emissions, tokens);
        marginals.forEach((marginal, i) => {
          expect(Math.abs(marginal - whole.marginal(cut * K + i))).toBeLessThan(1e-9);
        });
      }),
    );
  });

  test('a part that goes on need not end legally', () => {
    const open: TransitionScores = {
      between: new Float64Array(K * K),
      start: new Float64Array(K),
      end: Float64Array.of(0, Number.NEGATIVE_INFINITY, 0, 0),
    };
    const emissions = Float64Array.of(0, 5, 0, 0);
    expect([...createBestPath(open).path(emissions, 1)]).toEqual([0]);
    expect([...createBestPath(open).path(emissions, 1, { goesOn: true })]).toEqual([1]);
    const run = createForwardBackward(weightsOf(open));
    expect(run(emissions, 1).marginal(1)).toBe(0);
    expect(run(emissions, 1, { goesOn: true }).marginal(1)).toBeGreaterThan(0.9);
  });
});
