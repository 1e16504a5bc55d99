import { join } from 'node:path';
import { expect, test } from 'vitest';
import { areCorporaThere, CORPORA } from '../../helpers/corpora.js';
import { newHome, onomast, settings, succeeded, TINY_NETWORK } from './helpers.js';

const CORPUS = join(CORPORA, 'uner_en_ewt');

test('trains on a public corpus of real text and scores what it made', async ({ skip }) => {
  if (!areCorporaThere) skip(`no corpora in ${CORPORA}: set ONOMAST_CORPORA`);
  const home = newHome();
  const [train, dev] = ['train.conll', 'dev.conll'].map((name) => join(CORPUS, name));
  const args = ['train', '--recipe', 'names', '--train', train, '--dev', dev, '--output', 'ewt', '--json'];
  const ended = await onomast([...args, ...settings({ ...TINY_NETWORK, vectors: 'auto', max_epochs: 2 })], { home });
  const lines = succeeded(ended).trimEnd().split('\n');
  const [start, done] = [JSON.parse(lines[0]), JSON.parse(lines[lines.length - 1])];
  expect(start.sentences.train).toBeGreaterThan(12_000);
  expect(start.labels).toEqual(['LOC', 'ORG', 'PER']);
  expect(done.dev.overall_f1).toBeGreaterThan(0.2);
  const evaluate = ['evaluate', '--model', 'ewt', '--confidence-intervals', '--json', dev];
  const { ledgers, ...scores } = JSON.parse(succeeded(await onomast(evaluate, { home })));
  expect(scores).toEqual(done.dev);
  expect(ledgers).toHaveLength(1);
});
