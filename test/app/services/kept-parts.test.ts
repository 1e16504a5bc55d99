import { describe, expect, onTestFinished, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { dealOut, keptDevPart } from '#app/services/kept-parts.js';
import { openRegistry } from '#app/store/registry.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const sentences = (from: number, to: number, tag = 'B-PER'): LabelledSentence[] =>
  Array.from({ length: to - from }, (_, i) => {
    const document = from + i;
    return { words: ['Ada', 'met', String(document)], tags: [tag, 'O', 'O'], document, source: { file: 'f', line: i } };
  });
const words = (of: readonly LabelledSentence[]) => of.map((one) => one.words[2]);

function begin() {
  const registry = openRegistry(':memory:');
  onTestFinished(() => registry.close());
  const id = registry.projects.create('Letters', []);
  const other = registry.projects.create('Others', []);
  const parts = registry.sentenceParts;
  return {
    other,
    deal: (of: readonly LabelledSentence[], project = id) => dealOut(parts, project, of),
    kept: (of: readonly LabelledSentence[], project = id) => keptDevPart(parts, project, of),
  };
}

describe('dealOut', () => {
  test('sets a tenth apart, and what is added leaves everybody in his part', () => {
    const { deal, kept, other } = begin();
    const all = sentences(0, 100);
    expect(kept(all)).toEqual([]);
    const first = deal(all.slice(0, 40));
    expect([first.train.length, first.dev.length]).toEqual([36, 4]);
    expect(deal(all.slice(0, 40))).toEqual(first);
    const second = deal(all);
    expect([second.train.length, second.dev.length]).toEqual([90, 10]);
    for (const part of ['train', 'dev'] as const)
      expect(words(second[part])).toEqual(expect.arrayContaining(words(first[part])));
    expect(kept(all)).toEqual(second.dev);
    expect(kept(all, other)).toEqual([]);
  });

  test.each([1, 2, 3, 4])('%i sentences more do not take more than a tenth away from learning', (more) => {
    const { deal } = begin();
    deal(sentences(0, 40));
    expect(deal(sentences(0, 40 + more)).dev).toHaveLength(4);
  });

  test('corrected names, another case and a second copy stay in the part of their words', () => {
    const { deal, kept } = begin();
    const before = deal(sentences(0, 20));
    const corrected = sentences(0, 20, 'B-ORG').map((one) => ({ ...one, words: ['ADA', ...one.words.slice(1)] }));
    const after = deal([...corrected, ...sentences(0, 20)]);
    expect(new Set(words(after.dev))).toEqual(new Set(words(before.dev)));
    expect(after.dev).toHaveLength(2 * before.dev.length);
    expect(kept(corrected)).toHaveLength(before.dev.length);
  });

  test('deals anew where nothing is left of a part', () => {
    const { deal } = begin();
    const all = sentences(0, 20);
    const { train, dev } = deal(all);
    expect(deal(train).dev.length).toBeGreaterThan(0);
    const again = begin();
    expect(again.deal([...dev, ...sentences(30, 33)]).dev.length).toBeGreaterThan(0);
  });

  test.each([
    ['nothing', [], 'found none'],
    ['one sentence', sentences(0, 1), 'found one'],
    ['one sentence, three times', [...sentences(0, 1), ...sentences(0, 1), ...sentences(0, 1)], 'found one'],
    ['no name', sentences(0, 9, 'O'), 'expected a name'],
  ])('refuses %s, and keeps no part of it', (_, given, message) => {
    const { deal, kept } = begin();
    const error = thrownBy(() => deal(given));
    expect(error.code).toBe('empty_corpus');
    expect(error.message).toContain(message);
    expect(kept(given)).toEqual([]);
  });
});
