import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { createTagSet, type TagFormat, type TagSet } from '#annotation/tags/tag-set.js';
import type { TokenSpan } from '#annotation/tags/token-span.js';
import { createRandom } from '#base/random.js';
import type { TransitionScores } from '#engine/structured/lattice.js';
import { legalTransitions } from '#tagging/model/tagger-model.js';
import { createDecoder, type DecodedSentence } from '#tagging/tagger/decode.js';
import { everyPath } from '../../helpers/every-path.js';

const keyOf = ({ label, startToken, endToken }: TokenSpan): string => `${label} ${startToken} ${endToken}`;

/** By summing over every path: probability of each tag at each token, and of each span. */
function bruteForce(tagSet: TagSet, emissions: Float64Array, tokens: number, transitions: TransitionScores) {
  const paths = everyPath(emissions, tokens, transitions);
  const best = paths.reduce((winner, path) => (path.score > winner.score ? path : winner));
  const total = paths.reduce((sum, { score }) => sum + Math.exp(score), 0);
  const k = tagSet.tags.length;
  const marginals = new Float64Array(tokens * k);
  const spans = new Map<string, number>();
  for (const { tags, score } of paths) {
    const share = Math.exp(score) / total;
    tags.forEach((tag, t) => {
      marginals[t * k + tag] += share;
    });
    for (const span of spansFromIob2(tagSet.decode(tags))) {
      spans.set(keyOf(span), (spans.get(keyOf(span)) ?? 0) + share);
    }
  }
  return { best, marginals, spans };
}

/** Random scores, like those of a network, which knows nothing of what is legal. */
function randomEmissions(seed: number, tokens: number, k: number, spread = 3): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: tokens * k }, () => spread * random.gaussian());
}

/** What a CRF might have learned: random where it is legal. */
function randomTransitions(tagSet: TagSet, seed: number): TransitionScores {
  const random = createRandom(seed).fork('transitions');
  const moved = (scores: Float64Array) => scores.map((score) => score + random.gaussian());
  const { between, start, end } = legalTransitions(tagSet);
  return { between: moved(between), start: moved(start), end: moved(end) };
}

function everySpan(tagSet: TagSet, tokens: number): TokenSpan[] {
  const spans: TokenSpan[] = [];
  for (const label of tagSet.labels) {
    for (let startToken = 0; startToken < tokens; startToken++) {
      for (let endToken = startToken + 1; endToken <= tokens; endToken++) spans.push({ label, startToken, endToken });
    }
  }
  return spans;
}

// K of 3, 5 and 7 in BIO, of 5 in BIOES.
const TAG_SETS: readonly [TagFormat, string[]][] = [
  ['bio', ['PER']],
  ['bio', ['LOC', 'PER']],
  ['bio', ['LOC', 'ORG', 'PER']],
  ['bioes', ['PER']],
];

describe.each(TAG_SETS)('%s of %j', (format, labels) => {
  const tagSet = createTagSet(labels, format);
  const k = tagSet.tags.length;
  const cases = [1, 2, 3, 4, 5].flatMap((tokens) => [1, 2, 3].map((seed) => ({ tokens, seed: 10 * tokens + seed })));

  describe.each([
    ['legal transitions alone', () => legalTransitions(tagSet)],
    ['learned transitions', (seed: number) => randomTransitions(tagSet, seed)],
  ] as const)('with %s', (_, transitionsOf) => {
    const decodeCase = ({ tokens, seed }: { tokens: number; seed: number }) => {
      const transitions = transitionsOf(seed);
      const emissions = randomEmissions(seed, tokens, k);
      const decoder = createDecoder(tagSet, transitions);
      return {
        decoder,
        decoded: decoder.decode(emissions, tokens),
        expected: bruteForce(tagSet, emissions, tokens, transitions),
      };
    };

    test('the path is the best of all legal ones', () => {
      for (const { decoded, expected } of cases.map(decodeCase))
        expect([...decoded.tagIds]).toEqual(expected.best.tags);
    });

    test('token scores are the sums over all legal sequences with that tag there', () => {
      for (const { decoded, expected } of cases.map(decodeCase)) {
        decoded.tagIds.forEach((tag, t) => {
          expect(Math.abs(decoded.tokenScores[t] - expected.marginals[t * k + tag])).toBeLessThan(1e-9);
        });
      }
    });

    test('the score of every span is the sum over all legal sequences with exactly that span', () => {
      for (const { tokens, seed } of cases) {
        const { decoder, expected } = decodeCase({ tokens, seed });
        for (const span of everySpan(tagSet, tokens)) {
          expect(Math.abs(decoder.scoreOf(span) - (expected.spans.get(keyOf(span)) ?? 0))).toBeLessThan(1e-9);
        }
      }
    });

    test('spans are those of the path, with their scores', () => {
      for (const { decoder, decoded } of cases.map(decodeCase)) {
        const spans = spansFromIob2(tagSet.decode(decoded.tagIds));
        expect(decoded.spans).toEqual(spans.map((span) => ({ ...span, score: decoder.scoreOf(span) })));
      }
    });
  });
});

describe.each<TagFormat>(['bio', 'bioes'])('any scores, %s', (format) => {
  const tagSet = createTagSet(['LOC', 'ORG', 'PER'], format);
  const k = tagSet.tags.length;
  const transitions = legalTransitions(tagSet);
  const decoder = createDecoder(tagSet, transitions);
  const sentences = fc
    .integer({ min: 1, max: 12 })
    .chain((tokens) =>
      fc.array(fc.double({ min: -60, max: 60, noNaN: true }), { minLength: tokens * k, maxLength: tokens * k }),
    )
    .map((scores) => Float64Array.from(scores));

  const isLegal = (path: Int32Array): boolean =>
    path.every((tag, t) => (t === 0 ? tagSet.allowedStart[tag] : tagSet.allowedTransitions[path[t - 1] * k + tag])) &&
    tagSet.allowedEnd[path[path.length - 1]] === 1;
  const allScores = (decoded: DecodedSentence, tokens: number): number[] => [
    ...decoded.tokenScores,
    ...everySpan(tagSet, tokens).map((span) => decoder.scoreOf(span)),
  ];

  test('the path is always legal', () => {
    fc.assert(
      fc.property(sentences, (emissions) => {
        expect(isLegal(decoder.decode(emissions, emissions.length / k).tagIds)).toBe(true);
      }),
    );
  });

  test('every score is a probability; those of one span over all labels add up to at most 1', () => {
    fc.assert(
      fc.property(sentences, (emissions) => {
        const tokens = emissions.length / k;
        const decoded = decoder.decode(emissions, tokens);
        for (const score of allScores(decoded, tokens)) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
        for (const span of everySpan(createTagSet(['ORG'], format), tokens)) {
          const sum = tagSet.labels.reduce((total, label) => total + decoder.scoreOf({ ...span, label }), 0);
          expect(sum).toBeLessThanOrEqual(1 + 1e-9);
        }
      }),
    );
  });

  test('scores thousands apart, all for what is illegal, still give probabilities', () => {
    for (const tokens of [1, 2, 5, 40]) {
      // Inside ORG everywhere is what the network is sure of, but no sentence may begin so.
      const emissions = new Float64Array(tokens * k).fill(-5000);
      for (let t = 0; t < tokens; t++) emissions[t * k + tagSet.id('I-ORG')] = 0;
      const decoded = decoder.decode(emissions, tokens);
      expect(isLegal(decoded.tagIds)).toBe(true);
      for (const score of allScores(decoded, tokens)) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
    }
  });

  test('a constant added to all scores of a token changes nothing', () => {
    const emissions = randomEmissions(8, 4, k);
    const moved = emissions.map((score, i) => score + (Math.floor(i / k) === 2 ? 300 : 0));
    const [before, after] = [emissions, moved].map((scores) => decoder.decode(scores, 4));
    expect(after.tagIds).toEqual(before.tagIds);
    after.tokenScores.forEach((score, t) => {
      expect(score).toBeCloseTo(before.tokenScores[t], 10);
    });
  });

  test('is sure where the network is', () => {
    const tags = tagSet.encode(['B-PER', 'I-PER', 'O', 'B-LOC']);
    const emissions = new Float64Array(4 * k).fill(-30);
    tags.forEach((tag, t) => {
      emissions[t * k + tag] = 0;
    });
    const decoded = decoder.decode(emissions, 4);
    expect(decoded.spans.map(({ label, startToken, endToken }) => ({ label, startToken, endToken }))).toEqual([
      { label: 'PER', startToken: 0, endToken: 2 },
      { label: 'LOC', startToken: 3, endToken: 4 },
    ]);
    for (const { score } of decoded.spans) expect(score).toBeGreaterThan(0.999999);
  });

  test('of equal paths the one with lower ids: a network that knows nothing says O', () => {
    expect([...decoder.decode(new Float64Array(3 * k), 3).tagIds]).toEqual([0, 0, 0]);
  });

  test('what was decoded before leaves no trace', () => {
    const [long, short] = [randomEmissions(5, 30, k), randomEmissions(6, 4, k)];
    const alone = createDecoder(tagSet, transitions).decode(short, 4);
    decoder.decode(long, 30);
    expect(decoder.decode(short, 4)).toEqual(alone);
  });

  test('no tokens, no tags', () => {
    const decoded = decoder.decode(new Float64Array(0), 0);
    expect(decoded.tagIds.length).toBe(0);
    expect(decoded.tokenScores.length).toBe(0);
    expect(decoded.spans).toEqual([]);
  });
});

test('touching names of one label are two spans', () => {
  const tagSet = createTagSet(['PER'], 'bio');
  const emissions = Float64Array.of(0, 9, 0, 0, 9, 0); // O, B-PER, I-PER for two tokens
  const { spans } = createDecoder(tagSet, legalTransitions(tagSet)).decode(emissions, 2);
  expect(spans.map(({ startToken, endToken }) => [startToken, endToken])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});
