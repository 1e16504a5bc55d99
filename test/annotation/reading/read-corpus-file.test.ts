import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { AppError } from '#base/errors.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onomast-corpus-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('reads a file and names it in messages', async () => {
  const path = join(directory, 'names.conll');
  await writeFile(path, 'José B-PER\n');
  const { sentences, report } = await readCorpusFile(path);
  expect(sentences).toEqual([{ words: ['José'], tags: ['B-PER'], document: 0, source: { file: path, line: 1 } }]);
  expect(report.name).toBe(path);

  await writeFile(path, 'José\n');
  await expect(readCorpusFile(path)).rejects.toThrow(`${path}:1: expected at least 2 columns`);
});

test('passes options on', async () => {
  const path = join(directory, 'strict.conll');
  await writeFile(path, 'a O\nb I-PER\nc S-PER\n');
  await expect(readCorpusFile(path, { strict: true })).rejects.toThrow('expected tags that need no repair (strict)');
});

test('refuses what is no file, too large or not there', async () => {
  const path = join(directory, 'large.conll');
  await writeFile(path, 'a O\n');
  await expect(readCorpusFile(path, { maxBytes: 3 })).rejects.toThrow(
    new AppError('malformed_corpus', `${path}: expected a file of at most 3 bytes, found 4`),
  );
  await expect(readCorpusFile(directory)).rejects.toMatchObject({
    code: 'io_error',
    message: `${directory}: expected a file, found a directory`,
  });
  const missing = join(directory, 'missing.conll');
  await expect(readCorpusFile(missing)).rejects.toMatchObject({
    code: 'not_found',
    message: `${missing}: expected a file, found none`,
  });
  await expect(readCorpusFile(join(path, 'below'))).rejects.toMatchObject({
    code: 'io_error',
    message: expect.stringContaining('below: cannot be read: ENOTDIR'),
  });
});
