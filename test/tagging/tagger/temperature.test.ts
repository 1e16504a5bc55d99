import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTagSet, type TagSet } from '#annotation/tags/tag-set.js';
import { createRandom } from '#base/random.js';
import { createBestPath, createForwardBackward, type TransitionScores, weightsOf } from '#engine/structured/lattice.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { legalTransitions, type TaggerModel } from '#tagging/model/tagger-model.js';
import { createDecoder } from '#tagging/tagger/decode.js';
import { createFixedLagDecoder, type LagScores } from '#tagging/tagger/fixed-lag.js';
import { createTagger, type ModelTagger } from '#tagging/tagger/tagger.js';
import { everyPath } from '../../helpers/every-path.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const TEMPERATURES = [0.3, 1, 1.7, 8];
const IDENTITY = { id: 'tiny', version: 3, sha256: 'a'.repeat(64) };
const WORDS = ['Ana', 'met', 'Li', 'Wei', 'at', 'Ford', 'in', 'Oslo', '.'];

const divided = (scores: Float64Array, by: number): Float64Array => scores.map((score) => score / by);
const dividedTransitions = ({ between, start, end }: TransitionScores, by: number): TransitionScores => ({
  between: divided(between, by),
  start: divided(start, by),
  end: divided(end, by),
});

function learnedTransitions(tagSet: TagSet, seed: number): TransitionScores {
  const random = createRandom(seed);
  const { between, start, end } = legalTransitions(tagSet);
  const moved = (scores: Float64Array) => scores.map((score) => score + random.gaussian());
  return { between: moved(between), start: moved(start), end: moved(end) };
}

function emissionsOf(seed: number, length: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => 3 * random.gaussian());
}

/** Random weights far apart, so that names of every score are found. */
function modelOf(config: Partial<ModelConfig> = {}): TaggerModel {
  const model = tinyModel({ config, seed: 4 });
  const random = createRandom(4);
  for (const { name, values } of model.network.parameters.list) {
    const draws = random.fork(name);
    for (let i = 0; i < values.length; i++) values[i] += 0.5 * draws.gaussian();
  }
  return model;
}
const taggerOf = (config?: Partial<ModelConfig>): ModelTagger => createTagger(modelOf(config), IDENTITY, { tokenizer });

describe.each(TEMPERATURES)('a lattice at temperature %d', (temperature) => {
  const tagSet = createTagSet(['LOC', 'PER'], 'bio');
  const k = tagSet.tags.length;

  test('is that of scores divided by it, the partition too', () => {
    const [transitions, emissions] = [learnedTransitions(tagSet, 1), emissionsOf(2, 4 * k)];
    const lattice = createForwardBackward(weightsOf(transitions, temperature), temperature)(emissions, 4);
    const paths = everyPath(divided(emissions, temperature), 4, dividedTransitions(transitions, temperature));
    const total = paths.reduce((sum, { score }) => sum + Math.exp(score), 0);
    expect(lattice.logPartition).toBeCloseTo(Math.log(total), 9);
    for (let t = 0; t < 4; t++) {
      for (let tag = 0; tag < k; tag++) {
        const through = paths.filter(({ tags }) => tags[t] === tag);
        const share = through.reduce((sum, { score }) => sum + Math.exp(score), 0) / total;
        expect(lattice.marginal(t * k + tag)).toBeCloseTo(share, 9);
      }
    }
  });
});

describe.each(['bio', 'bioes'] as const)('decoding, %s', (format) => {
  const tagSet = createTagSet(['LOC', 'ORG', 'PER'], format);
  const k = tagSet.tags.length;
  const cases = fc.record({
    seed: fc.nat(1000),
    tokens: fc.integer({ min: 1, max: 9 }),
    temperature: fc.double({ min: 0.05, max: 20, noNaN: true }),
  });

  test('any temperature gives the path of temperature 1, with the scores of divided scores', () => {
    fc.assert(
      fc.property(cases, ({ seed, tokens, temperature }) => {
        const [transitions, emissions] = [learnedTransitions(tagSet, seed), emissionsOf(seed, tokens * k)];
        const decoded = createDecoder(tagSet, transitions, { temperature }).decode(emissions, tokens);
        const plain = createDecoder(tagSet, transitions).decode(emissions, tokens);
        expect(decoded.tagIds).toEqual(plain.tagIds);
        const scaled = createDecoder(tagSet, dividedTransitions(transitions, temperature)).decode(
          divided(emissions, temperature),
          tokens,
        );
        decoded.tokenScores.forEach((score, t) => {
          expect(score).toBeCloseTo(scaled.tokenScores[t], 9);
        });
        decoded.spans.forEach(({ score }, i) => {
          expect(score).toBeCloseTo(scaled.spans[i].score, 9);
        });
      }),
    );
  });

  test('with a lag too, over a whole sentence', () => {
    fc.assert(
      fc.property(cases, ({ seed, tokens, temperature }) => {
        const transitions = learnedTransitions(tagSet, seed);
        const emissions = emissionsOf(seed, tokens * k);
        const run = (decoder: ReturnType<typeof createFixedLagDecoder>, scores: Float64Array) => {
          let before: LagScores | undefined;
          const said = [];
          for (let t = 0; t < tokens - 1; t++) {
            const { settled, after } = decoder.settle({ before, emissions: scores.subarray(t * k), tokens: 2 });
            said.push(settled);
            before = after;
          }
          return [...said, ...decoder.finish({ before, emissions: scores.subarray((tokens - 1) * k), tokens: 1 })];
        };
        const tempered = run(createFixedLagDecoder(tagSet, transitions, { temperature }), emissions);
        const plain = run(createFixedLagDecoder(tagSet, transitions), emissions);
        expect(tempered.map(({ tag }) => tag)).toEqual(plain.map(({ tag }) => tag));
        const scaled = run(
          createFixedLagDecoder(tagSet, dividedTransitions(transitions, temperature)),
          divided(emissions, temperature),
        );
        tempered.forEach(({ score }, i) => {
          expect(score).toBeCloseTo(scaled[i].score, 9);
        });
      }),
    );
  });

  test('the hotter, the less sure of the best path', () => {
    const emissions = emissionsOf(5, 6 * k);
    const transitions = legalTransitions(tagSet);
    const path = createBestPath(transitions).path(emissions, 6);
    const scores = TEMPERATURES.map((temperature) => {
      const { tokenScores, tagIds } = createDecoder(tagSet, transitions, { temperature }).decode(emissions, 6);
      expect(tagIds).toEqual(path);
      return tokenScores.reduce((sum, score) => sum + score, 0);
    });
    expect(scores).toEqual(scores.toSorted((left, right) => right - left));
  });
});

describe('a tagger at a temperature', () => {
  const tagger = taggerOf();
  const sentences = [WORDS, ['Li', 'Wei', 'met', 'Ford'], ['Oslo'], []];
  const [plain] = tagger.tagWords([WORDS], { alternatives: true });

  test('finds the same names, with other scores', () => {
    expect(plain.entities.length).toBeGreaterThan(1);
    const [hot] = tagger.withTemperature(3).tagWords([WORDS], { alternatives: true });
    const without = (entities: typeof hot.entities) =>
      entities.map(({ score, alternatives, ...rest }) => ({ ...rest, others: alternatives?.length }));
    expect(without(hot.entities)).toEqual(without(plain.entities));
    for (const [i, { score }] of hot.entities.entries()) expect(score).not.toBe(plain.entities[i].score);
    expect(tagger.tagWords([WORDS], { alternatives: true })[0]).toEqual(plain);
  });

  test('is the one that is created with it', () => {
    const created = createTagger(modelOf(), IDENTITY, { tokenizer, temperature: 1.7, isFinal: true });
    expect(created.temperature).toBe(1.7);
    expect(created.tagWords(sentences)).toEqual(tagger.withTemperature(1.7).tagWords(sentences));
    expect(created.withTemperature(1).tagWords(sentences)).toEqual(tagger.tagWords(sentences));
  });

  test('the threshold acts on the calibrated score', () => {
    const [calibrated, uncalibrated] = [tagger.withTemperature(4), tagger];
    const scoresOf = (of: ModelTagger, threshold: number): number[] =>
      of.tagWords([WORDS], { threshold })[0].entities.map(({ score }) => score);
    const all = scoresOf(calibrated, 0);
    const threshold = Math.min(...scoresOf(uncalibrated, 0));
    expect(Math.max(...all)).toBeGreaterThan(Math.min(...all));
    expect(scoresOf(uncalibrated, threshold)).toHaveLength(all.length);
    expect(scoresOf(calibrated, threshold)).toEqual(all.filter((score) => score >= threshold));
    expect(scoresOf(calibrated, threshold).length).toBeLessThan(all.length);
  });

  test.each(TEMPERATURES)('a stream has the scores of a text at temperature %d', (temperature) => {
    const hot = taggerOf({ look_ahead: 8, tag_format: 'bio' }).withTemperature(temperature);
    const stream = hot.stream();
    for (const word of WORDS.slice(0, 8)) stream.push(word);
    const streamed = stream.end().certain;
    const [{ tokens }] = hot.tagWords([WORDS.slice(0, 8)]);
    expect(streamed.map(({ tag }) => tag)).toEqual(tokens.map(({ tag }) => tag));
    streamed.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(tokens[i].score, 6);
    });
  });

  test.each<[string, Partial<ModelConfig>]>([
    ['one-way', {}],
    ['bidirectional, with a CRF', { bidirectional: true, crf: true }],
  ])('spansAtTemperature: the names of one run at any temperature, %s', (_, config) => {
    const model = taggerOf(config);
    const spansAt = model.spansAtTemperature(sentences);
    for (const temperature of TEMPERATURES) {
      const expected = model
        .withTemperature(temperature)
        .tagWords(sentences)
        .map(({ entities }) =>
          entities.map(({ label, tokenStart, tokenEnd, score }) => ({
            label,
            startToken: tokenStart,
            endToken: tokenEnd,
            score,
          })),
        );
      expect(expected.flat().length).toBeGreaterThan(1);
      expect(spansAt(temperature)).toEqual(expected);
    }
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a temperature of %d is refused', (temperature) => {
    const refusal = {
      code: 'invalid_argument',
      message: `tagger: "temperature" must be a number above 0, found ${temperature}`,
    };
    expect(thrownBy(() => tagger.withTemperature(temperature))).toMatchObject(refusal);
    expect(thrownBy(() => createTagger(tinyModel(), IDENTITY, { tokenizer, temperature }))).toMatchObject(refusal);
  });
});
