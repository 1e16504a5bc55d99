import { describe, expect, test } from 'vitest';
import { createSpanScorer, type Evaluation, scoresOf } from '#tagging/evaluation/span-scores.js';

/** Sentences as `[gold, predicted]`, tags parted by spaces. */
function scored(...sentences: readonly (readonly [string, string])[]): Evaluation {
  const scorer = createSpanScorer();
  for (const [gold, predicted] of sentences) scorer.add(gold.split(' '), predicted.split(' '));
  return scorer.result();
}

const countsOf = ({ micro: { correct, predicted, gold } }: Evaluation): number[] => [correct, predicted, gold];

/** Sentences of single-token entities with these counts; what the entities look like does not matter to the figures. */
function withCounts(
  counts: Readonly<Record<string, readonly [correct: number, predicted: number, gold: number]>>,
): Evaluation {
  const scorer = createSpanScorer();
  for (const [label, [correct, predicted, gold]] of Object.entries(counts)) {
    const tag = `B-${label}`;
    for (let i = 0; i < correct; i++) scorer.add([tag], [tag]);
    for (let i = correct; i < predicted; i++) scorer.add(['O'], [tag]);
    for (let i = correct; i < gold; i++) scorer.add([tag], ['O']);
  }
  return scorer.result();
}

describe('published figures', () => {
  // https://github.com/chakki-works/seqeval#usage: f1_score 0.50, accuracy_score 0.80, and the report
  //            precision  recall  f1-score  support
  //   MISC          0.00    0.00      0.00        1
  //   PER           1.00    1.00      1.00        1
  //   micro avg     0.50    0.50      0.50        2
  //   macro avg     0.50    0.50      0.50        2
  test('of the seqeval README', () => {
    const { labels, micro, macro, tokenAccuracy } = scored(
      ['O O O B-MISC I-MISC I-MISC O', 'O O B-MISC I-MISC I-MISC I-MISC O'],
      ['B-PER I-PER O', 'B-PER I-PER O'],
    );
    expect(labels.MISC).toMatchObject({ precision: 0, recall: 0, f1: 0, gold: 1 });
    expect(labels.PER).toMatchObject({ precision: 1, recall: 1, f1: 1, gold: 1 });
    expect(micro).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5, gold: 2 });
    expect(macro).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(tokenAccuracy).toBe(0.8);
  });

  // seqeval's changelog, #61: f1_score(average=None) is array([0.5, 1.])
  test('of seqeval, label by label', () => {
    const { labels } = scored(
      ['O O B-MISC I-MISC B-MISC O O', 'O O B-MISC I-MISC B-MISC I-MISC O'],
      ['B-PER I-PER O', 'B-PER I-PER O'],
    );
    expect([labels.MISC.f1, labels.PER.f1]).toEqual([0.5, 1]);
  });

  // https://www.clips.uantwerpen.be/conll2000/chunking/output.html:
  //   processed 961 tokens with 459 phrases; found: 539 phrases; correct: 371.
  //   precision: 68.83%; recall: 80.83%; FB1: 74.35
  // and per type the counts below, which its percentages imply.
  test('of the output example of conlleval', () => {
    const evaluation = withCounts({
      ADJP: [0, 1, 6],
      ADVP: [5, 11, 8],
      NP: [206, 317, 262],
      PP: [89, 107, 90],
      SBAR: [2, 3, 6],
      VP: [69, 100, 87],
    });
    const percentages = ({ precision, recall, f1 }: { precision: number; recall: number; f1: number }): string[] =>
      [precision, recall, f1].map((share) => (100 * share).toFixed(2));
    expect(countsOf(evaluation)).toEqual([371, 539, 459]);
    expect(percentages(evaluation.micro)).toEqual(['68.83', '80.83', '74.35']);
    expect(Object.entries(evaluation.labels).map(([label, scores]) => [label, ...percentages(scores)])).toEqual([
      ['ADJP', '0.00', '0.00', '0.00'],
      ['ADVP', '45.45', '62.50', '52.63'],
      ['NP', '64.98', '78.63', '71.16'],
      ['PP', '83.18', '98.89', '90.36'],
      ['SBAR', '66.67', '33.33', '44.44'],
      ['VP', '69.00', '79.31', '73.80'],
    ]);
  });
});

describe('by hand: correct, predicted, gold', () => {
  test.each<[string, string, string, number[]]>([
    ['all right', 'B-PER I-PER O B-LOC', 'B-PER I-PER O B-LOC', [2, 2, 2]],
    ['one token too short', 'B-PER I-PER O', 'B-PER O O', [0, 1, 1]],
    ['one token too long', 'B-PER I-PER O', 'B-PER I-PER I-PER', [0, 1, 1]],
    ['begun too late', 'B-PER I-PER O', 'O B-PER O', [0, 1, 1]],
    ['another label', 'B-PER I-PER O', 'B-LOC I-LOC O', [0, 1, 1]],
    ['the first token another label', 'B-PER I-PER O', 'B-LOC I-PER O', [0, 2, 1]],
    ['two names taken for one', 'B-PER B-PER O', 'B-PER I-PER O', [0, 1, 2]],
    ['one name taken for two', 'B-PER I-PER O', 'B-PER B-PER O', [0, 2, 1]],
    ['touching names, both right', 'B-PER B-PER I-PER', 'B-PER B-PER I-PER', [2, 2, 2]],
    ['a stray I begins a name, as in conlleval', 'B-PER I-PER O', 'I-PER I-PER O', [1, 1, 1]],
    ['a stray I after another label too', 'B-PER B-LOC O', 'B-PER I-LOC O', [2, 2, 2]],
    ['nothing found', 'B-PER O B-LOC', 'O O O', [0, 0, 2]],
    ['nothing there', 'O O O', 'B-PER O B-LOC', [0, 2, 0]],
    ['nothing at all', 'O O O', 'O O O', [0, 0, 0]],
  ])('%s', (_, gold, predicted, expected) => {
    expect(countsOf(scored([gold, predicted]))).toEqual(expected);
  });

  test('a name is not carried over the end of a sentence', () => {
    expect(countsOf(scored(['O B-PER', 'O B-PER'], ['I-PER O', 'I-PER O']))).toEqual([2, 2, 2]);
  });

  test('what cannot be divided is 0, never NaN', () => {
    for (const evaluation of [
      scored(['O', 'O']),
      scored(['B-A', 'O']),
      scored(['O', 'B-A']),
      createSpanScorer().result(),
    ]) {
      const { micro, macro, tokenAccuracy } = evaluation;
      expect([micro.precision, micro.recall, micro.f1, macro.precision, macro.recall, macro.f1]).toEqual([
        0, 0, 0, 0, 0, 0,
      ]);
      expect(tokenAccuracy).not.toBeNaN();
    }
    expect(scoresOf({ correct: 0, predicted: 0, gold: 5 })).toMatchObject({ precision: 0, recall: 0, f1: 0 });
  });

  test('f1 is the harmonic mean', () => {
    const { precision, recall, f1 } = scoresOf({ correct: 3, predicted: 4, gold: 6 });
    expect([precision, recall]).toEqual([0.75, 0.5]);
    expect(f1).toBeCloseTo(0.6, 12);
  });
});

test('micro counts names alike, macro counts labels alike, even one that was only predicted', () => {
  const { micro, macro, labels } = withCounts({ PER: [9, 9, 9], LOC: [0, 0, 1], ORG: [0, 1, 0] });
  expect(Object.keys(labels)).toEqual(['LOC', 'ORG', 'PER']);
  expect(micro.f1).toBeCloseTo(0.9, 12);
  expect(macro.f1).toBeCloseTo(1 / 3, 12);
  expect(macro.precision).toBeCloseTo(1 / 3, 12);
});

test('counts sentences and tokens', () => {
  const { sentences, tokens, tokenAccuracy } = scored(['O B-PER', 'O O'], ['O', 'O']);
  expect({ sentences, tokens, tokenAccuracy }).toEqual({ sentences: 2, tokens: 3, tokenAccuracy: 2 / 3 });
});

test('labels may be any word, even a part of every JavaScript object', () => {
  const { labels } = scored(['B-__proto__ B-constructor B-creative-work', 'B-__proto__ O B-creative-work']);
  expect(Object.keys(labels)).toEqual(['__proto__', 'constructor', 'creative-work']);
  expect(Object.values(labels).map(({ correct }) => correct)).toEqual([1, 0, 1]);
});

test('refuses sentences of different length, and tags that are none', () => {
  const scorer = createSpanScorer();
  expect(() => scorer.add(['O', 'O'], ['O'])).toThrow('scores: 2 gold tags but 1 predicted ones');
  expect(() => scorer.add(['PER'], ['O'])).toThrow('expected a tag such as O, B-PER or I-PER, found "PER"');
});
