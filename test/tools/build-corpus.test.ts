import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';

const script = ['--import', 'tsx', fileURLToPath(new URL('../../tools/build-corpus.ts', import.meta.url))];

let directory: string;
let source: string;
let output: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onomast-build-'));
  source = join(directory, 'source');
  output = join(directory, 'names');
  await mkdir(source);
  await mkdir(output);
  const text = (number: number) => `[Ann|PER] met number ${number}.\nNobody else saw it, all ${number} said.\n`;
  const texts = Array.from({ length: 60 }, (_, index) => text(index + 1));
  await writeFile(join(source, 'a.txt'), `# A comment\n${texts.slice(0, 30).join('\n')}`);
  await writeFile(join(source, 'b.txt'), texts.slice(30).join('\n'));
  await writeFile(join(source, 'notes.md'), '[not|read');
});
afterEach(() => rm(directory, { recursive: true }));

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...script, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}
const build = (...args: readonly string[]) => run('--source', source, '--output', output, ...args);
const readPart = async (part: string) => (await readCorpusFile(join(output, `${part}.conll`), { strict: true })).report;

test('the bundled corpus is what its sources give, and free of faults', () => {
  expect(run('--check')).toMatchObject({ status: 0, stderr: '' });
});

describe('npm run corpus', () => {
  test('deals whole texts out to three files, and is then content', async () => {
    const built = build();
    expect(built).toMatchObject({ status: 0, stderr: '' });
    expect(built.stdout).toMatch(
      /^train: \d+ texts, \d+ sentences, \d+ tokens, \d+ entities\ndev: .*\ntest: .*\n0 errors, /,
    );
    expect((await readdir(output)).sort()).toEqual(['dev.conll', 'test.conll', 'train.conll']);

    const reports = await Promise.all(['train', 'dev', 'test'].map(readPart));
    expect(reports.reduce((sum, { sentences }) => sum + sentences, 0)).toBe(120);
    expect(reports.reduce((sum, { documents }) => sum + documents, 0)).toBe(60);
    expect(reports.every(({ documents, entities }) => entities === documents)).toBe(true);

    const check = build('--check');
    expect(check).toMatchObject({ status: 0, stderr: '' });
    expect(check.stdout).toContain('✔ no errors\n');
  });

  test('leaves every text where it was when one is added', async () => {
    build();
    const before = await Promise.all(
      ['train', 'dev', 'test'].map((part) => readFile(join(output, `${part}.conll`), 'utf8')),
    );
    await writeFile(join(source, 'c.txt'), 'One more text.\n');
    build();
    const after = await Promise.all(
      ['train', 'dev', 'test'].map((part) => readFile(join(output, `${part}.conll`), 'utf8')),
    );
    expect(after.map((content, index) => content.startsWith(before[index]))).toEqual([true, true, true]);
    expect(after.join('')).toContain('One\tO\nmore\tO\ntext\tO\n.\tO\n');
  });

  test('--check writes nothing and tells which files are not what the sources give', async () => {
    const missing = build('--check');
    expect(missing.status).toBe(1);
    expect(missing.stdout.match(/✘ .*\.conll is not what the sources give: npm run corpus/g)).toHaveLength(3);
    expect(await readdir(output)).toEqual([]);

    build();
    await writeFile(join(output, 'dev.conll'), 'Ann\tB-PER\n');
    const stale = build('--check');
    expect(stale.status).toBe(1);
    expect(stale.stdout.match(/✘ .*\.conll is/g)).toHaveLength(1);
  });

  test('--check refuses ambiguous names that are not listed, and duplicates', async () => {
    await writeFile(join(source, 'c.txt'), 'I live in [Ann|LOC].\n');
    build();
    const refused = build('--check');
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('✘ "Ann" is LOC (1) and PER (60)\n');

    await writeFile(join(output, 'ambiguous.tsv'), 'Ann\tPER,LOC\ta person and a village\n');
    expect(build('--check').stdout).not.toContain('"Ann" is');

    await writeFile(join(source, 'c.txt'), 'Twice.\nTwice.\n');
    build();
    expect(build('--check')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('⚠ "Twice ." stands 2 times in'),
    });
  });

  test('names every misaligned name, and writes nothing', async () => {
    await writeFile(join(source, 'c.txt'), '[Ann|PER]abel and [Bo|PER]ris sang.\n');
    const { status, stderr } = build();
    expect(status).toBe(1);
    expect(stderr).toBe(
      'build-corpus: names that do not begin and end with a word:\n' +
        'source/c.txt:1: PER from 0 to 3 ("Ann") cut; use 0 to 7 ("Annabel")\n' +
        'source/c.txt:1: PER from 12 to 14 ("Bo") cut; use 12 to 17 ("Boris")\n',
    );
    expect(await readdir(output)).toEqual([]);
  });

  test('explains wrong input and wrong usage', async () => {
    await writeFile(join(source, 'c.txt'), 'Fine.\n[Ann sang.\n');
    expect(build()).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^build-corpus: source\/c\.txt:2: expected /),
    });
    expect(run('--source', output)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('expected files *.txt, found none'),
    });
    expect(run('--chek')).toMatchObject({ status: 2, stderr: expect.stringContaining("Unknown option '--chek'") });
    expect(run('--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Usage: npm run corpus'),
    });
  });
});
