import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeCorpora, writeNameLists } from './corpora.js';
import { newDirectory, npmRun, PROJECT, positive } from './helpers.js';

const HOLES = /\{\{|undefined|NaN|Infinity|\[object/;
const DOCS = join(PROJECT, 'docs');

test('npm run pretraining -- --quick: a model with its card', async () => {
  const directory = newDirectory();
  const [corpora, lists, output] = ['corpora', 'lists', 'names-en'].map((name) => join(directory, name));
  for (const folder of [corpora, lists]) mkdirSync(folder);
  writeCorpora(corpora, { train: 40, dev: 10 });
  writeNameLists(lists);
  const folders = ['--corpora', corpora, '--lists', lists, '--output', output];
  const printed = await npmRun('pretraining', ['--quick', ...folders, '--workers', '1']);
  expect(printed.match(/^F1 +\d+\.\d\d {2}/gm)).toHaveLength(8);
  const files = ['README.md', 'config.json', 'meta.json', 'vocab.json', 'weights.safetensors'];
  expect(readdirSync(output)).toEqual(expect.arrayContaining(files));
  const meta = JSON.parse(readFileSync(join(output, 'meta.json'), 'utf8'));
  expect(meta).toMatchObject({ name: 'names-en', labels: ['LOC', 'ORG', 'PER'], parameters: positive });
  expect(readFileSync(join(output, 'README.md'), 'utf8')).not.toMatch(HOLES);
});

test('npm run quality: one run, and the page made of it', async () => {
  const directory = newDirectory();
  const [corpora, out] = [join(directory, 'corpora'), join(directory, 'docs')];
  mkdirSync(corpora);
  writeCorpora(corpora, { train: 260, dev: 10 });
  const only = ['--only', '^curve/tiny/wnut17/250/seed-0$', '--set', 'max_epochs=1', '--set', 'vectors=none'];
  await npmRun('quality', ['--out', out, ...only], { ONOMAST_CORPORA: corpora });
  const lines = readFileSync(join(out, 'quality', 'results.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0])).toMatchObject({
    ...{ corpus: 'wnut17', sentences: 250, recipe: 'tiny', seed: 0, epochs: 1 },
    ...{ parameters: positive, model_bytes: positive, seconds: positive },
    dev: { overall_f1: expect.any(Number), case_lower_f1: expect.any(Number), unseen_number: expect.any(Number) },
  });
  expect(readFileSync(join(out, 'quality.md'), 'utf8')).not.toMatch(HOLES);
});

test('npm run figures -- --quick: every figure and table of the page', async () => {
  const out = join(newDirectory(), 'docs');
  mkdirSync(out);
  copyFileSync(join(DOCS, 'how-it-works.md'), join(out, 'how-it-works.md'));
  const names = ['initialization', 'optimizers', 'minibatches', 'gradient-check', 'look-ahead', 'variants'];
  await npmRun('figures', ['--quick', '--out', out, ...names]);
  const page = readFileSync(join(out, 'how-it-works.md'), 'utf8');
  const measured = [...page.matchAll(/<!-- measured: (\S+) -->\n([\s\S]*?)<!-- end of/g)];
  expect(measured.map(([, name]) => name).sort()).toEqual(['corpus', ...names].sort());
  for (const [, name, table] of measured) {
    expect(table.trim().split('\n').length, name).toBeGreaterThan(2);
    expect(table, name).not.toMatch(/undefined|NaN|\[object/);
  }
  const images = readdirSync(join(out, 'images'));
  for (const image of images) {
    expect(existsSync(join(DOCS, 'images', image)), `${image} is on the page`).toBe(true);
    expect(readFileSync(join(out, 'images', image), 'utf8'), image).not.toMatch(/undefined|NaN|Infinity|\[object/);
  }
  expect(images).toHaveLength(6);
});
