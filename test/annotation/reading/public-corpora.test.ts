import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeConll } from '#annotation/formats/conll.js';
import { lintCorpus } from '#annotation/lint/lint-corpus.js';
import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { splitCorpus } from '#annotation/split/grouped-split.js';
import { createRandom } from '#base/random.js';
import { areCorporaThere, CORPORA } from '../../helpers/corpora.js';
import { contentOf } from './helpers.js';

const NAMES = ['broad_twitter_corpus_merged', 'crossner_politics', 'uner_en_ewt', 'uner_zh_gsdsimp', 'wnut17'];
const PARTS = ['train', 'dev'] as const;

/** The row of a part in the table of counts that stands beside each corpus: sentences, tokens, entities. */
function publishedCounts(corpus: string, part: string): number[] {
  const notes = readFileSync(join(CORPORA, corpus, 'SOURCE.md'), 'utf8');
  const row = notes.split('\n').find((line) => line.startsWith(`| ${part} |`)) ?? '';
  return row
    .split('|')
    .slice(2, 5)
    .map((cell) => Number(cell.replaceAll(',', '')));
}

describe.skipIf(!areCorporaThere)(`public corpora (skipped unless they are in ${CORPORA})`, () => {
  test.each(NAMES.flatMap((corpus) => PARTS.map((part) => [corpus, part] as const)))('%s, %s', async (corpus, part) => {
    const path = join(CORPORA, corpus, `${part}.conll`);
    const { sentences, report } = await readCorpusFile(path, { strict: true });
    expect(report).toMatchObject({ format: 'conll', scheme: 'IOB2', repairs: { total: 0 }, notes: [], hints: [] });
    expect([report.sentences, report.tokens, report.entities]).toEqual(publishedCounts(corpus, part));

    const again = parseCorpus({ name: path, text: writeConll(sentences) });
    expect(contentOf(again.sentences)).toEqual(contentOf(sentences));
  });

  test('a split of a corpus full of duplicates has no leak', async () => {
    const { sentences, report } = await readCorpusFile(join(CORPORA, 'uner_en_ewt', 'train.conll'));
    expect(report.duplicates.total).toBeGreaterThan(500);
    const parts = splitCorpus(sentences, { random: createRandom(0) });
    expect(lintCorpus(parts).issues.filter(({ kind }) => kind === 'leak')).toEqual([]);
    expect(parts.train.length / sentences.length).toBeCloseTo(0.8, 3);
    expect(parts.dev.length / sentences.length).toBeCloseTo(0.1, 3);
  });
});
