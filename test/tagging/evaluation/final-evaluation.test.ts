import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { type EvaluatedTagger, evaluateFinally } from '#tagging/evaluation/final-evaluation.js';
import { createKnownEntities, entityHashes } from '#tagging/evaluation/known-entities.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const sentence = (words: string, tags: string): LabelledSentence => ({
  words: words.split(' '),
  tags: tags.split(' '),
  document: 0,
  source: { file: 'test.conll', line: 1 },
});

/** Says PER of every word that matches, with a score that is told. */
function matching(pattern: RegExp, temperature = 1, score = 0.75): EvaluatedTagger & { calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    temperature,
    isPlain: false,
    withTemperature: (other) => matching(pattern, other, 0.95),
    tagWords: (sentences) =>
      sentences.map((words) => {
        calls.push(words.join(' '));
        const tags = words.map((word) => (pattern.test(word) ? 'B-PER' : 'O'));
        const tokens = words.map((text, i) => ({ text, start: 0, end: 0, tag: tags[i], score: 1 }));
        const entities = words.flatMap((text, i) =>
          tags[i] === 'O'
            ? []
            : [
                {
                  text,
                  label: 'PER',
                  start: 0,
                  end: 0,
                  score,
                  tokenStart: i,
                  tokenEnd: i + 1,
                  source: 'model' as const,
                },
              ],
        );
        return { text: words.join(' '), tokens, entities };
      }),
  };
}

const CORPUS = [sentence('Ana met LI', 'B-PER O B-PER'), sentence('Ana saw straße', 'B-PER O B-LOC')];

test('has all that a plain evaluation has', () => {
  const tagger = matching(/^[A-Z]/);
  const final = evaluateFinally(tagger, CORPUS);
  expect(final).toMatchObject(evaluateTagger(tagger, CORPUS));
  expect(final).not.toHaveProperty('novelty');
  expect(final).not.toHaveProperty('intervals');
});

describe('other cases', () => {
  test('by hand: a tagger that goes by capitals', () => {
    // lower: none found. upper: all six words are PER, three of them right: P 3/6, R 3/4. Title: the same.
    const { recased, micro } = evaluateFinally(matching(/^[A-Z]/), CORPUS);
    expect(micro).toMatchObject({ correct: 3, predicted: 3, gold: 4 });
    expect(recased).toEqual({ lower: 0, upper: expect.closeTo(0.6, 12), title: expect.closeTo(0.6, 12) });
  });

  test('by hand: one that goes by spelling', () => {
    expect(evaluateFinally(matching(/^(Ana|li)$/), CORPUS).recased).toEqual({
      lower: expect.closeTo(2 / (1 + 4), 12), // li alone
      upper: 0,
      title: expect.closeTo(4 / (2 + 4), 12), // Ana, twice
    });
  });

  test('words change, their number never, even where letters become two', () => {
    const tagger = matching(/^[A-Z]/);
    evaluateFinally(tagger, CORPUS);
    expect(tagger.calls).toEqual([
      'Ana met LI',
      'Ana saw straße',
      'ana met li',
      'ana saw straße',
      'ANA MET LI',
      'ANA SAW STRASSE',
      'Ana Met Li',
      'Ana Saw Straße',
    ]);
  });
});

describe('names never seen', () => {
  const train = [sentence('ana slept', 'B-LOC O'), sentence('Li met Oslo', 'O O B-LOC')];
  const knownEntities = createKnownEntities(entityHashes(train)!);

  test('by hand: recall of those that the training data hold, whatever their case and label, and of the others', () => {
    // Seen: Ana, twice, both found. Unseen: LI (there, but as no name), found; straße, not found.
    const { novelty } = evaluateFinally(matching(/^[A-Z]/), CORPUS, { knownEntities });
    expect(novelty).toEqual({ seen: { recall: 1, gold: 2 }, unseen: { recall: 0.5, gold: 2 } });
  });

  test('found under another label is not found', () => {
    const { novelty } = evaluateFinally(matching(/straße/), CORPUS, { knownEntities });
    expect(novelty).toEqual({ seen: { recall: 0, gold: 2 }, unseen: { recall: 0, gold: 2 } });
  });

  test('the whole name counts, not its words', () => {
    const corpus = [sentence('Ana Li slept', 'B-PER I-PER O')];
    const known = createKnownEntities(entityHashes([sentence('Ana met Li', 'B-PER O B-PER')])!);
    expect(evaluateFinally(matching(/^x/), corpus, { knownEntities: known }).novelty).toEqual({
      seen: { recall: 0, gold: 0 },
      unseen: { recall: 0, gold: 1 },
    });
  });
});

describe('calibration', () => {
  test('by hand, before and after', () => {
    // Capitals: three names, all right, with 0.75 each; uncalibrated 0.95 each.
    const { calibration } = evaluateFinally(matching(/^[A-Z]/, 2), CORPUS);
    expect(calibration.temperature).toBe(2);
    expect(calibration.calibrated).toMatchObject({ number: 3, error: expect.closeTo(0.25, 12) });
    expect(calibration.uncalibrated).toMatchObject({ number: 3, error: expect.closeTo(0.05, 12) });
    expect(calibration.calibrated.bins[7]).toMatchObject({ number: 3, meanScore: 0.75, shareCorrect: 1 });
  });

  test('a name is right only with its label and both its edges', () => {
    const corpus = [sentence('Ana Li', 'B-PER I-PER'), sentence('Oslo', 'B-LOC'), sentence('Wei', 'B-PER')];
    const { calibration } = evaluateFinally(matching(/^[A-Z]/), corpus);
    expect(calibration.calibrated.bins[7]).toMatchObject({ number: 4, shareCorrect: 0.25 });
  });

  test('at temperature 1 there is nothing to compare, and nothing is tagged for it', () => {
    const tagger = matching(/^[A-Z]/);
    const { calibration } = evaluateFinally(tagger, CORPUS);
    expect(calibration.uncalibrated).toBe(calibration.calibrated);
  });

  test('of a real tagger: the names are those of the evaluation, the scores those of its temperature', () => {
    const model = tinyModel({ seed: 4 });
    model.network.parameters.get('output.bias').values[0] = -1;
    const tagger = createTagger(model, { id: 'tiny', version: 0, sha256: '' }, { tokenizer, temperature: 3 });
    const { calibration, micro } = evaluateFinally(tagger, TINY_CORPUS);
    const scores = tagger
      .tagWords(TINY_CORPUS.map(({ words }) => words))
      .flatMap(({ entities }) => entities.map(({ score }) => score));
    const meanOf = ({ bins }: typeof calibration.calibrated): number =>
      bins.reduce((sum, { number, meanScore }) => sum + number * (meanScore ?? 0), 0) / micro.predicted;
    expect(micro.predicted).toBeGreaterThan(5);
    expect(calibration.calibrated.number).toBe(micro.predicted);
    expect(meanOf(calibration.calibrated)).toBeCloseTo(
      scores.reduce((sum, score) => sum + score, 0) / scores.length,
      9,
    );
    expect(meanOf(calibration.uncalibrated)).toBeGreaterThan(meanOf(calibration.calibrated));
  });
});

test('intervals are there when asked for, and hold the score', () => {
  const corpus = Array.from({ length: 30 }, () => CORPUS).flat();
  const { intervals, micro, labels } = evaluateFinally(matching(/^[A-Z]/), corpus, { withIntervals: true });
  expect(intervals!.micro[0]).toBeLessThan(micro.f1);
  expect(intervals!.micro[1]).toBeGreaterThan(micro.f1);
  expect(Object.keys(intervals!.labels)).toEqual(Object.keys(labels));
});

test('nothing to score', () => {
  const { micro, recased, novelty, calibration, intervals } = evaluateFinally(matching(/^[A-Z]/), [], {
    knownEntities: createKnownEntities([]),
    withIntervals: true,
  });
  expect(micro.f1).toBe(0);
  expect(recased).toEqual({ lower: 0, upper: 0, title: 0 });
  expect(novelty).toEqual({ unseen: { recall: 0, gold: 0 }, seen: { recall: 0, gold: 0 } });
  expect(calibration.calibrated.error).toBeNull();
  expect(intervals).toEqual({ micro: [0, 0], labels: {} });
});
