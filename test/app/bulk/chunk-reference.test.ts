import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chunk } from '#app/bulk/chunk.js';
import { type ChunkReference, filesBelow, readReference, referTo } from '#app/bulk/chunk-reference.js';
import { readChunks } from '#app/bulk/read-chunks.js';

const home = mkdtempSync(join(tmpdir(), 'onomast-references-'));
const folder = join(home, 'shared');
const START = { index: 3, input: 1, line: 1, byte: 0 };

beforeAll(() => {
  mkdirSync(join(folder, 'deep'), { recursive: true });
  writeFileSync(join(home, 'secret.txt'), 'nobody may read this\n');
  writeFileSync(join(folder, 'a.txt'), 'Ana\nWei\n');
  symlinkSync(join(home, 'secret.txt'), join(folder, 'link.txt'));
  symlinkSync(home, join(folder, 'out'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function chunksOf(path: string, size = { records: 3, bytes: 64 }): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of readChunks(path, START, size)) chunks.push(chunk);
  return chunks;
}

describe('a chunk by reference', () => {
  test.each([
    ['lines', 'Ana\nWei\nOslo\nLagos\n'],
    ['CRLF', 'Ana\r\nWei\r\n\r\nOslo'],
    ['blank lines', '\n\n\n\n\n'],
    ['other alphabets', 'Łódź 😀\n東京\nZoë\n'.repeat(20)],
    ['one long line among short ones', `Ana\n${'x'.repeat(10_000)}\nWei\n`],
    ['bytes that are no UTF-8', Buffer.from([0x41, 0x0a, 0xff, 0xfe, 0x0a, 0x42, 0x0a])],
    ['no last line end', 'Ana\nWei'],
    ['a byte order mark', '\ufeffAna\nWei\n'],
    ['line separators that end no line', 'Ana\u2028Wei\u0085Oslo\nLagos\n'],
    ['one byte', 'x'],
  ])('is the chunk, of %s', async (_, content) => {
    const path = join(folder, 'deep', 'b.txt');
    writeFileSync(path, content);
    const [file] = filesBelow(folder, [path]);
    expect(file).toBe('deep/b.txt');
    const chunks = await chunksOf(path);
    expect(chunks.length).toBeGreaterThan(0);
    for (const chunk of chunks) {
      const sent = JSON.parse(JSON.stringify(referTo(chunk, file))) as ChunkReference;
      expect(await readReference(sent, folder)).toEqual(chunk);
    }
  });

  test('holds none of the text', async () => {
    const [chunk] = await chunksOf(join(folder, 'a.txt'));
    expect(JSON.stringify(referTo(chunk, 'a.txt'))).not.toContain('Ana');
  });

  test.each([
    ['another letter', 'Ana\nWeI\n'],
    ['a line more before', 'Zoe\nAna\nWei\n'],
    ['a line less', 'Ana\n'],
    ['nothing', ''],
    ['other line ends', 'Ana\r\nWei\r\n'],
  ])('is refused where the file holds %s by now', async (_, content) => {
    const path = join(folder, 'changing.txt');
    writeFileSync(path, 'Ana\nWei\n');
    const [chunk] = await chunksOf(path);
    writeFileSync(path, content);
    await expect(readReference(referTo(chunk, 'changing.txt'), folder)).rejects.toMatchObject({
      code: 'changed_meanwhile',
      message:
        'changing.txt: expected the 2 lines from 1 on that bulk read, found others; the file was changed, or is another one',
    });
  });

  test.each([
    ['a way out of the folder', { file: '../secret.txt' }, 'invalid_argument'],
    ['a way out and back', { file: 'deep/../../secret.txt' }, 'invalid_argument'],
    ['a link out of the folder', { file: 'link.txt' }, 'invalid_argument'],
    ['a folder linked from outside', { file: 'out/secret.txt' }, 'invalid_argument'],
    ['a whole path', { file: '/etc/hostname' }, 'not_found'],
    ['the folder itself', { file: '' }, 'invalid_argument'],
    ['a folder', { file: 'deep' }, 'invalid_argument'],
    ['no file', { file: 'none.txt' }, 'not_found'],
    ['a file below a file', { file: 'a.txt/b' }, 'not_found'],
    ['a number for a name', { file: 7 }, 'invalid_argument'],
    ['a place before the beginning', { byte: -1 }, 'invalid_argument'],
    ['a broken number', { nextByte: 1.5 }, 'invalid_argument'],
    ['an end before the beginning', { byte: 9, nextByte: 8 }, 'invalid_argument'],
    ['more lines than a chunk has', { records: 1e9 }, 'invalid_argument'],
    ['another hash', { sha256: 'ff' }, 'changed_meanwhile'],
  ])('with %s is refused: what a queue holds is not trusted', async (_, forged, code) => {
    const [chunk] = await chunksOf(join(folder, 'a.txt'));
    const reference = { ...referTo(chunk, 'a.txt'), ...forged } as ChunkReference;
    await expect(readReference(reference, folder)).rejects.toMatchObject({ code });
  });

  test('to a pipe is refused, and waits for nobody to write into it', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const [chunk] = await chunksOf(join(folder, 'a.txt'));
    await expect(readReference(referTo(chunk, 'pipe'), folder)).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('filesBelow', () => {
  test.each([
    ['beside the folder', () => join(home, 'secret.txt')],
    ['linked from the folder', () => join(folder, 'link.txt')],
  ])('refuses an input %s', (_, input) => {
    expect(() => filesBelow(folder, [input()])).toThrow(/^--files: expected inputs below .*shared, found /);
  });

  test('names a folder that is not there', () => {
    expect(() => filesBelow(join(home, 'none'), [])).toThrow(/^--files: expected .*none to be there, found none$/);
  });
});
