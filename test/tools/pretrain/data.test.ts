import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Tagged } from '../../../tools/pretrain/corpora.js';
import { assertCorpora, readTrainingData } from '../../../tools/pretrain/data.js';

const LABELS: Readonly<Record<string, string>> = {
  uner_en_ewt: 'PER',
  broad_twitter_corpus_merged: 'PER',
  wnut17: 'person',
  crossner_politics: 'politician',
  docred_en: 'PER',
  gum_en: 'LOC',
  grobid_wikipedia_en: 'ORG',
};
const directory = mkdtempSync(join(tmpdir(), 'onomast-pretrain-'));
afterAll(() => rmSync(directory, { recursive: true }));
for (const [id, label] of Object.entries(LABELS)) {
  const sentence = (part: string, n: number) => `${id}\tB-${label}\n${part}\tO\n${n}\tO\n`;
  const leak = `Shared\tO\n${id}\tB-${label}\n`;
  mkdirSync(join(directory, id));
  const texts = (part: string, count: number) => Array.from({ length: count }, (_, n) => sentence(part, n));
  writeFileSync(join(directory, id, 'train.conll'), [...texts('train', 39), leak, sentence('train', 0)].join('\n'));
  writeFileSync(join(directory, id, 'dev.conll'), [...texts('dev', 5), leak.replace('Shared', 'SHARED')].join('\n'));
}
const read = (seed = 0) => readTrainingData({ directory, seed, heldOut: 0.1, limit: 100 });
const textOf = ({ words }: Tagged) => words.join(' ');

describe('readTrainingData', () => {
  test('holds a tenth out and leaves out what is measured, whatever its case', async () => {
    const { sources, train, dev, measured } = await read();
    expect(sources.map(({ corpus, ...counts }) => [corpus.id, counts])).toEqual([
      ['names', { train: expect.any(Number), dev: 100, leaks: expect.any(Number) }],
      ...Object.keys(LABELS).map((id) => [id, { train: 36, dev: 4, leaks: 1 }]),
    ]);
    expect(train).toHaveLength(sources.reduce((sum, source) => sum + source.train, 0));
    expect(dev).toHaveLength(128);
    expect(measured.map(({ corpus, part }) => `${corpus.id} ${part}`)).toEqual([
      ...Object.keys(LABELS).map((id) => `${id} dev`),
      'names test',
    ]);
    const trained = new Set(train.map((sentence) => textOf(sentence).toLowerCase()));
    for (const sentence of [...dev, ...measured.flatMap(({ sentences }) => sentences)]) {
      expect(trained).not.toContain(textOf(sentence).toLowerCase());
    }
    expect(new Set(train.flatMap(({ tags }) => tags))).toEqual(
      new Set(['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG']),
    );
  });

  test('takes the corpora of a stage alone', async () => {
    const corpora = ['wnut17', 'gum_en'];
    const { sources, measured } = await readTrainingData({ directory, corpora, seed: 0, heldOut: 0.1, limit: 100 });
    expect(sources.map(({ corpus }) => corpus.id)).toEqual(['names', ...corpora]);
    expect(measured.map(({ corpus }) => corpus.id)).toEqual([...corpora, 'names']);
  });

  test('the same seed holds the same sentences out, another seed others', async () => {
    const [first, again, other] = await Promise.all([read(), read(), read(1)]);
    expect(first).toEqual(again);
    expect(first.dev.map(textOf)).not.toEqual(other.dev.map(textOf));
  });

  test('numbers documents through: those of two corpora are never one', async () => {
    const { train, sources } = await read();
    const last = train.slice(0, sources[0].train).at(-1)!.document;
    expect(train[sources[0].train].document).toBeGreaterThan(last);
  });
});

test('says which corpus is missing', () => {
  expect(() => assertCorpora(directory)).not.toThrow();
  expect(() => assertCorpora('nowhere')).toThrow(
    `${join('nowhere', 'uner_en_ewt', 'train.conll')} is missing: --corpora or ONOMAST_CORPORA names the folder`,
  );
});
