import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { documentsOf } from '#tagging/evaluation/documents-of.js';
import { fitMemory } from '#tagging/evaluation/fit-memory.js';
import type { WordsOptions } from '#tagging/tagger/entity.js';
import type { ModelTagger } from '#tagging/tagger/tagger.js';

const sentence = (document: number): LabelledSentence => ({
  words: ['Lind'],
  tags: ['B-PER'],
  document,
  source: { file: 'own.conll', line: 1 },
});
const corpus = (...documents: readonly number[]): LabelledSentence[] => documents.map(sentence);

describe('documentsOf', () => {
  test('the numbers of the documents, where there are several of several sentences', () => {
    expect(documentsOf(corpus(1, 1, 4))).toEqual([1, 1, 4]);
  });

  test.each([
    ['one document, which may be a file without marks', corpus(0, 0, 0)],
    ['every sentence its own', corpus(0, 1, 2)],
    ['no sentence', []],
  ])('unknown: %s', (_, sentences) => {
    expect(documentsOf(sentences)).toBeUndefined();
  });
});

/** Finds so many of the names at each weight. */
function taggerThatFinds(shares: Readonly<Record<number, number>>): ModelTagger {
  const at = (weight: number) => ({
    withMemory: at,
    tagWords: (sentences: readonly (readonly string[])[], options?: WordsOptions) => {
      expect(options?.documents).toHaveLength(sentences.length);
      return sentences.map((words, i) => ({
        text: words.join(' '),
        entities: [],
        tokens: [
          { text: 'Lind', start: 0, end: 4, tag: i < shares[weight] * sentences.length ? 'B-PER' : 'O', score: 1 },
        ],
      }));
    },
  });
  return at(0) as unknown as ModelTagger;
}

describe('fitMemory', () => {
  const texts = corpus(...Array.from({ length: 20 }, (_, i) => i % 4).sort());

  test('the weight with the best F1', () => {
    const { weight, f1 } = fitMemory(taggerThatFinds({ 0: 0.5, 0.3: 0.6, 0.6: 0.8, 1: 0.7 }), texts);
    expect(weight).toBe(0.6);
    expect(f1?.with).toBeGreaterThan(f1!.without);
  });

  test('none where it does not help', () => {
    expect(fitMemory(taggerThatFinds({ 0: 0.5, 0.3: 0.5, 0.6: 0.5, 1: 0.4 }), texts).weight).toBe(0);
  });

  test('none where no documents are known', () => {
    expect(fitMemory(taggerThatFinds({}), corpus(0, 0, 0))).toEqual({ weight: 0, f1: null });
  });
});
