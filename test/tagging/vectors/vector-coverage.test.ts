import { expect, test } from 'vitest';
import { vectorCoverage } from '#tagging/vectors/vector-coverage.js';
import { TINY_VECTORS } from '../../helpers/tiny-corpus.js';

test('words with letters count, every time they occur', () => {
  const words = ['Oslo', 'met', 'Zanzibar', '.', '1999', 'Oslo'];
  expect(vectorCoverage(TINY_VECTORS, words)).toEqual({ known: 3, words: 4, share: 0.75 });
});

test('nothing to know', () => {
  expect(vectorCoverage(TINY_VECTORS, ['.', '7'])).toEqual({ known: 0, words: 0, share: 0 });
});
