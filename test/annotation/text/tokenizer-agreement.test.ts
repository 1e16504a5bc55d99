import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { areCorporaThere, CORPORA } from '../../helpers/corpora.js';
import { type BoundaryAgreement, detokenize, measureAgreement } from './boundary-agreement.js';

/**
 * Corpora come tokenised, the texts of users do not: here our tokenizer is compared with the gold words. Every floor
 * lies a little below what was measured when it was set.
 *
 * - `spaced`: words joined by spaces, as `tagWords` and its kind see them; we only split too much.
 * - `running`: as printed, hyphens apart. `hyphens`: the same with each hyphen and slash between words attached, also
 *   those that stood for a dash.
 */
const WRITINGS = {
  spaced: (words: readonly string[]) => words.join(' '),
  running: (words: readonly string[]) => detokenize(words),
  hyphens: (words: readonly string[]) => detokenize(words, { attachHyphens: true }),
  unspaced: (words: readonly string[]) => words.join(''),
};

const FLOORS: readonly (readonly [corpus: string, writing: keyof typeof WRITINGS, floor: BoundaryAgreement])[] = [
  ['uner_en_ewt', 'spaced', { precision: 0.997, recall: 1, sentences: 0.979, spans: 1 }],
  ['uner_en_ewt', 'running', { precision: 0.997, recall: 0.999, sentences: 0.97, spans: 0.995 }],
  ['uner_en_ewt', 'hyphens', { precision: 0.996, recall: 0.987, sentences: 0.92, spans: 0.984 }],
  ['wnut17', 'spaced', { precision: 0.998, recall: 1, sentences: 0.985, spans: 1 }],
  ['wnut17', 'running', { precision: 0.998, recall: 0.955, sentences: 0.78, spans: 0.994 }],
  ['wnut17', 'hyphens', { precision: 0.998, recall: 0.954, sentences: 0.77, spans: 0.991 }],
  ['broad_twitter_corpus_merged', 'spaced', { precision: 0.994, recall: 1, sentences: 0.945, spans: 1 }],
  ['broad_twitter_corpus_merged', 'running', { precision: 0.994, recall: 0.975, sentences: 0.785, spans: 0.997 }],
  ['broad_twitter_corpus_merged', 'hyphens', { precision: 0.992, recall: 0.967, sentences: 0.75, spans: 0.99 }],
  ['crossner_politics', 'spaced', { precision: 0.998, recall: 1, sentences: 0.955, spans: 1 }],
  ['crossner_politics', 'running', { precision: 0.998, recall: 0.999, sentences: 0.95, spans: 0.999 }],
  ['crossner_politics', 'hyphens', { precision: 0.998, recall: 0.995, sentences: 0.895, spans: 0.994 }],
  // ICU's word list cuts about one word in ten otherwise than this corpus; the ends of entities suffer little.
  ['uner_zh_gsdsimp', 'unspaced', { precision: 0.905, recall: 0.93, sentences: 0.05, spans: 0.975 }],
];

if (!areCorporaThere)
  console.warn(`tokenizer agreement is not measured: no corpora in ${CORPORA} (set ONOMAST_CORPORA)`);

describe('detokenize', () => {
  test('writes words as they are printed', () => {
    const words = [
      'Ada',
      "'s",
      'cats',
      "'",
      'do',
      "n't",
      '(',
      'x',
      ')',
      '"',
      'Yes',
      ',',
      '"',
      '$',
      '3',
      'a',
      '-',
      'b',
      '.',
    ];
    expect(detokenize(words)).toBe(`Ada's cats' don't (x) "Yes," $3 a - b.`);
    expect(detokenize(words, { attachHyphens: true })).toBe(`Ada's cats' don't (x) "Yes," $3 a-b.`);
  });
});

describe.skipIf(!areCorporaThere)('agreement of our tokens with the gold words of', () => {
  const table: Record<string, string>[] = [];
  afterAll(() => console.table(table));

  test.each(FLOORS)('%s, %s', (corpus, writing, floor) => {
    const agreement = measureAgreement(readSentences(join(CORPORA, corpus, 'dev.conll')), WRITINGS[writing]);
    const percent = Object.entries(agreement).map(([name, share]) => [name, (100 * share).toFixed(2)]);
    table.push({ corpus, writing, ...Object.fromEntries(percent) });
    for (const name of ['precision', 'recall', 'sentences', 'spans'] as const) {
      expect(agreement[name], name).toBeGreaterThanOrEqual(floor[name]);
    }
  });
});

/** Two columns, word and IOB2 tag; an empty line after each sentence. */
function readSentences(path: string): { words: string[]; tags: string[] }[] {
  return readFileSync(path, 'utf8')
    .split(/\n\n+/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const rows = block
        .trim()
        .split('\n')
        .map((line) => line.split('\t'));
      return { words: rows.map(([word]) => word), tags: rows.map(([, tag]) => tag) };
    });
}
