import { expect, test } from 'vitest';
import { countWords } from '#tagging/vectors/build/word-counts.js';

test('counts come most frequent first, equals in the order in which they were met', () => {
  const counts = countWords();
  for (const word of 'to be or not to be that is'.split(' ')) counts.add(word);
  expect(counts.total).toBe(8);
  expect(counts.mostFrequent(4)).toEqual([
    { word: 'to', count: 2 },
    { word: 'be', count: 2 },
    { word: 'or', count: 1 },
    { word: 'not', count: 1 },
  ]);
});

test('memory is bounded: the rarest are forgotten, the frequent stay', () => {
  const counts = countWords(50);
  for (let i = 0; i < 10_000; i++) {
    counts.add(`rare${i}`);
    counts.add('often');
    if (i % 3 === 0) counts.add('now and then');
  }
  const kept = counts.mostFrequent(Number.POSITIVE_INFINITY);
  expect(kept.length).toBeLessThanOrEqual(50);
  expect(kept[0]).toEqual({ word: 'often', count: 10_000 });
  expect(kept.map(({ word }) => word)).toContain('now and then');
  expect(counts.total).toBe(23_334);
});
