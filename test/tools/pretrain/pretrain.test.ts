import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadTagger } from '#tagging/tagger/load-tagger.js';
import { assertSmall } from '../../../tools/pretrain/model-files.js';
import { areCorporaThere, CORPORA } from '../../helpers/corpora.js';
import { areListsThere, LISTS, PRETRAINING, PROJECT } from './helpers.js';

const directory = mkdtempSync(join(tmpdir(), 'onomast-pretrain-'));
afterAll(() => rmSync(directory, { recursive: true }));

function pretrain(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PRETRAINING, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('wrong calls', () => {
  test.each([
    [['--quick'], 2, /^pretrain: --quick makes no model to ship: --output must name a folder for it\n\nUsage: /],
    [['--seed', 'x'], 2, /^pretrain: --seed: expected a whole number from 0, found "x"\n/],
    [['--workers', '0'], 2, /^pretrain: --workers: expected a whole number from 1, found "0"\n/],
    [['--nonsense'], 2, /^pretrain: Unknown option '--nonsense'/],
    [['--corpora', 'nowhere'], 1, /^pretrain: .*nowhere.*train\.conll is missing: --corpora or ONOMAST_CORPORA names/],
  ])('%j', (args, status, message) => {
    expect(pretrain(...args)).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(message) });
  });

  test('its npm script is no hook that npm runs before "train"', () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
    expect(scripts).toMatchObject({ pretraining: 'tsx tools/pretrain.ts' });
    expect(scripts).not.toHaveProperty('pretrain');
  });
});

describe.skipIf(!areCorporaThere || !areListsThere)(
  `npm run pretraining (skipped unless the corpora are in ${CORPORA} and lists of names in ${LISTS})`,
  () => {
    const output = join(directory, 'names-en');
    const quick = (...args: string[]) => pretrain('--quick', '--corpora', CORPORA, '--workers', '1', ...args);

    test('trains, measures and describes a model', async () => {
      const ended = quick('--output', output);
      expect(ended.stderr).toMatch(
        /^stage 1 of 2\nnames +150 sentences to train, 150 to stop by, 0 left out\nuner_en_ewt +135 /,
      );
      expect(ended.stderr).toMatch(/\nstage 2 of 2\nnames [\s\S]*\ngrobid_wikipedia_en +135 /);
      expect(ended).toMatchObject({ status: 0, stdout: expect.stringMatching(/names-en: \d\.\d\d MB\n$/) });
      expect(ended.stdout.match(/^F1 /gm)).toHaveLength(8);
      expect(readdirSync(output)).toEqual(expect.arrayContaining(['README.md', 'meta.json', 'weights.safetensors']));

      const meta = JSON.parse(readFileSync(join(output, 'meta.json'), 'utf8'));
      expect(meta).toMatchObject({ name: 'names-en', license: 'CC-BY-SA-4.0', labels: ['LOC', 'ORG', 'PER'], seed: 0 });
      expect(meta.sources).toContainEqual({ role: 'train', name: 'wnut17', sentences: 135 });
      expect(meta.performance.dev).toMatchObject({ overall_f1: expect.any(Number) });
      const card = readFileSync(join(output, 'README.md'), 'utf8');
      expect(card).toContain(meta.weights_sha256);
      expect(card).not.toMatch(/undefined|NaN|\[object/);
      expect(JSON.stringify(meta) + card).not.toContain(CORPORA);

      const tagger = await loadTagger(output);
      expect(tagger.model).toEqual({ id: 'names-en', version: 0, sha256: meta.weights_sha256 });
    });

    test('gives the same weights again, and can measure a finished model anew', () => {
      const again = join(directory, 'again', 'names-en');
      mkdirSync(join(directory, 'again'));
      expect(quick('--output', again, '--work', join(directory, 'work'))).toMatchObject({ status: 0 });
      const weightsOf = (path: string) => readFileSync(join(path, 'weights.safetensors'));
      expect(weightsOf(again).equals(weightsOf(output))).toBe(true);

      const measured = join(directory, 'measured');
      expect(quick('--output', measured, '--from', join(directory, 'work', 'names-en'))).toMatchObject({ status: 0 });
      const figuresOf = (path: string) => JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')).performance;
      expect(figuresOf(measured)).toEqual(figuresOf(again));
    });

    test('is interrupted, goes on and makes what it would have made', async () => {
      const long = (name: string) => {
        const paths = ['--output', join(directory, name), '--work', join(directory, `${name} work`)];
        return ['--quick', '--corpora', CORPORA, '--workers', '1', '--set', 'max_epochs=6', ...paths];
      };
      const child = spawn(process.execPath, [...PRETRAINING, ...long('interrupted')], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      let isStopped = false;
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        if (!isStopped && /\n {2}1 /.test(stderr)) isStopped = child.kill('SIGINT'); // the first epoch is done
      });
      const status = await new Promise((resolve) => child.on('close', resolve));
      expect([status, stderr.trimEnd().split('\n').at(-1)]).toEqual([
        130,
        'pretrain: interrupted; with --work DIR the same command would go on from here',
      ]);
      expect(existsSync(join(directory, 'interrupted'))).toBe(false);

      expect(pretrain(...long('interrupted'))).toMatchObject({
        status: 0,
        stderr: expect.stringContaining('resumed after'),
      });
      expect(pretrain(...long('at once'))).toMatchObject({ status: 0 });
      const weightsOf = (name: string) => readFileSync(join(directory, name, 'weights.safetensors'));
      expect(weightsOf('interrupted').equals(weightsOf('at once'))).toBe(true);
    });

    test('overwrites nothing that is no model', () => {
      const other = join(directory, 'other');
      mkdirSync(other);
      writeFileSync(join(other, 'letter.txt'), 'Dear Ada');
      const ended = quick('--output', other);
      expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing was overwritten') });
      expect(readdirSync(other)).toEqual(['letter.txt']);
    });

    test('stops at once when the model is going to be too large', () => {
      const large = join(directory, 'large');
      const ended = quick('--output', large, '--set', 'char_filters=1024', '--set', 'char_dimension=1024');
      expect(ended).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(/the model would have more than \d+ bytes/),
      });
      expect(existsSync(large)).toBe(false);
    });
  },
);

test('assertSmall says what takes the room', () => {
  const files = { 'config.json': new Uint8Array(30), 'vocab.json': new Uint8Array(70) };
  expect(() => assertSmall(files, 100)).not.toThrow();
  expect(() => assertSmall(files, 99)).toThrow(
    'the model has 100 bytes, more than the limit of 99:\n         30  config.json\n         70  vocab.json',
  );
});
