import { expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { splitByContent } from '#annotation/split/hash-split.js';
import { sentence } from '../reading/helpers.js';

const text = (index: number): LabelledSentence[] => [
  sentence(`Text ${index}`, { document: index }),
  sentence('The end .', { document: index }),
];
const corpus = Array.from({ length: 1000 }, (_, index) => text(index)).flat();
const documentsOf = (sentences: readonly LabelledSentence[]) => new Set(sentences.map(({ document }) => document));

test('deals whole texts out, about eight to one to one', () => {
  const { train, dev, test } = splitByContent(corpus);
  expect(train.length + dev.length + test.length).toBe(2000);
  const counts = [train, dev, test].map((part) => documentsOf(part).size);
  expect(counts.reduce((left, right) => left + right)).toBe(1000);
  expect(counts[0]).toBeGreaterThan(760);
  expect(counts[1]).toBeGreaterThan(75);
  expect(counts[2]).toBeGreaterThan(75);
});

test('moves no text when another one is added, removed, or the order changes', () => {
  const { dev } = splitByContent(corpus);
  const fewer = Array.from({ length: 1000 }, (_, index) => 999 - index).filter((index) => index % 3 !== 0);
  const kept = [...documentsOf(dev)].filter((document) => document % 3 !== 0);
  expect(documentsOf(splitByContent(fewer.flatMap(text)).dev)).toEqual(new Set(kept));
});

test('looks neither at tags nor at where words are cut', () => {
  const { dev } = splitByContent(corpus);
  const changed = corpus.map((item) => ({
    ...item,
    words: item.words.flatMap((word) => [word.slice(0, 1), word.slice(1)]).filter((word) => word !== ''),
    tags: [],
  }));
  expect(documentsOf(splitByContent(changed).dev)).toEqual(documentsOf(dev));
});

test('is fixed: these numbers must never change', () => {
  const { dev, test } = splitByContent(corpus.slice(0, 60));
  expect([...documentsOf(dev)]).toEqual([4, 21, 26]);
  expect([...documentsOf(test)]).toEqual([3, 11, 17]);
});
