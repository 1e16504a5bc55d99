import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { createKnownEntities, entityHashes } from '#tagging/evaluation/known-entities.js';

const sentence = (words: string, tags: string): LabelledSentence => ({
  words: words.split(' '),
  tags: tags.split(' '),
  document: 0,
  source: { file: 'train.conll', line: 1 },
});
const TRAIN = [
  sentence('Ana Souza met Li', 'B-PER I-PER O B-PER'),
  sentence('Li saw OSLO', 'B-PER O B-LOC'),
  sentence('They slept', 'O O'),
];

describe('entityHashes', () => {
  test('one for each name, ascending, of 32 bits', () => {
    const hashes = entityHashes(TRAIN)!;
    expect(hashes).toHaveLength(3);
    expect(hashes).toEqual(hashes.toSorted((left, right) => left - right));
    for (const hash of hashes) expect(hash).toBe(hash >>> 0);
  });

  test('never change: models keep them', () => {
    expect(entityHashes([sentence('Oslo', 'B-LOC')])).toEqual([1270147719]);
    expect(entityHashes([sentence('Ana Souza', 'B-PER I-PER')])).toEqual([1343685227]);
  });

  test('of a corpus without names are none', () => {
    expect(entityHashes([])).toEqual([]);
  });
});

describe('createKnownEntities', () => {
  const known = createKnownEntities(entityHashes(TRAIN)!);

  test.each([
    ['Ana Souza', true],
    ['ANA SOUZA', true],
    ['Oslo', true],
    ['Li', true],
    ['ﬂ', false],
    ['Ana', false],
    ['Souza', false],
    ['Ana Souza met', false],
    ['AnaSouza', false],
    ['met', false],
    ['They', false],
    ['', false],
  ])('%j: %s', (words, expected) => {
    expect(known.has(words.split(' '))).toBe(expected);
  });

  test('takes Unicode’s several ways to write a letter for one', () => {
    const zoe = createKnownEntities(entityHashes([sentence('Zoe\u0308', 'B-PER')])!);
    expect(zoe.has(['ZO\u00cb'])).toBe(true);
  });

  test('knows none of 20,000 other names', () => {
    const others = Array.from({ length: 20_000 }, (_, i) => [`Name${i}`, String.fromCharCode(65 + (i % 26))]);
    expect(others.filter((words) => known.has(words))).toEqual([]);
  });

  test('hashes lie evenly: as many names share one as chance has it', () => {
    // 30,000 of 2^32 have 0.1 pairs to be expected.
    const sentences = Array.from({ length: 30_000 }, (_, i) => sentence(`A${i} B${i % 7}`, 'B-PER I-PER'));
    expect(entityHashes(sentences)!.length).toBeGreaterThanOrEqual(29_998);
  });
});
