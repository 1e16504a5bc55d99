import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { convert } from '#annotation/conversion/convert.js';
import { writeDocuments } from '#annotation/conversion/write-documents.js';
import { check } from '#annotation/lint/check-corpora.js';
import { readCorpus } from '#annotation/reading/read-corpus-file.js';
import { readDocuments } from '#annotation/reading/read-documents.js';

const directory = mkdtempSync(join(tmpdir(), 'onomast-library-'));
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, 'names.conll');
writeFileSync(path, 'Ann\tB-PER\nleft\tO\n.\tO\n');

describe('the examples of the library', () => {
  test('readDocuments and writeDocuments', () => {
    const { documents, ledger } = readDocuments({
      name: 'a.jsonl',
      text: '{"text":"Ann left.","entities":[[0,3,"PER"]]}',
    });
    expect(documents[0].spans).toEqual([{ label: 'PER', start: 0, end: 3 }]);
    expect(ledger.names).toEqual({ in: 1, aligned: 1, repaired: 0, leftOut: 0 });
    const { files } = writeDocuments(documents, 'conll');
    expect(files[0]).toEqual({ name: 'corpus.conll', text: 'Ann\tB-PER\nleft\tO\n.\tO\n' });
  });

  test('convert', () => {
    const { files, losses } = convert({ name: 'a.txt', text: '[Ann Lee|PER] left.' }, { to: 'jsonl' });
    expect(files[0].text).toBe('{"text":"Ann Lee left.","entities":[[0,7,"PER"]]}\n');
    expect(losses).toEqual([]);
  });

  test('readCorpus and check', async () => {
    const { documents, sentences, ledger } = await readCorpus(path);
    expect(documents[0].text).toBe('Ann left .');
    expect(sentences[0].tags).toEqual(['B-PER', 'O', 'O']);
    expect(ledger.format).toBe('conll');
    const { lint, ledgers } = await check({ train: path });
    expect(ledgers[0].entities).toBe(1);
    expect(lint.errors).toBe(0);
  });
});
