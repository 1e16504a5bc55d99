import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { openUnlabelledText } from '#app/services/unlabelled-text.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'onomast-unlabelled-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function open(...contents: (string | Uint8Array)[]) {
  const paths = contents.map((content, index) => {
    const path = join(directory, `${index}.txt`);
    writeFileSync(path, content);
    return path;
  });
  return openUnlabelledText(paths, createDefaultTokenizer());
}

describe('the words of each sentence are read from', () => {
  test.each([
    ['prose, several sentences a line', 'Ann left. Bo stayed.\nThe end.\n'],
    ['prose with blank lines and CRLF', 'Ann left.\r\n\r\nBo stayed. The end.\r\n'],
    ['prose with a byte order mark', '\uFEFFAnn left. Bo stayed.\nThe end.'],
    ['CoNLL', 'Ann B-PER\nleft O\n. O\n\nBo B-PER\nstayed O\n. O\n\nThe O\nend O\n. O\n'],
    ['JSON lines', '{"text":"Ann left. Bo stayed.","entities":[[0,3,"PER"]]}\n{"text":"The end.","entities":[]}\n'],
    ['our inline form', '[Ann|PER] left.\n[Bo|PER] stayed.\nThe end.\n'],
  ])('%s', (_, content) => {
    const text = open(content);
    const expected = [
      ['Ann', 'left', '.'],
      ['Bo', 'stayed', '.'],
      ['The', 'end', '.'],
    ];
    expect([...text.sentences()]).toEqual(expected);
    expect([...text.sentences()]).toEqual(expected); // as often as one likes
  });

  test('several files, with the progress through all of them', () => {
    const text = open('One.\n', 'Two.\n');
    const seen: number[] = [];
    expect([...text.sentences((bytes) => seen.push(bytes))]).toEqual([
      ['One', '.'],
      ['Two', '.'],
    ]);
    expect(text.size).toBe(10);
    expect(seen.at(-1)).toBe(10);
  });
});

describe('what cannot be read is said with its place', () => {
  test.each([
    ['Latin-1', Uint8Array.of(0x4a, 0x6f, 0x73, 0xe9, 0x0a), /^not_utf8: .*0\.txt:1: expected UTF-8/],
    ['a binary', Uint8Array.of(0x4a, 0, 0, 1), /^malformed_corpus: .*0\.txt:1: /],
    ['an empty file', '', /^empty_corpus: .*0\.txt/],
  ])('%s', (_, content, expected) => {
    const text = open(content);
    let found = '';
    try {
      for (const words of text.sentences()) expect(words).toBeDefined();
    } catch (error) {
      const { code, message } = error as Error & { code: string };
      found = `${code}: ${message}`;
    }
    expect(found).toMatch(expected);
  });

  test('a file that is not there, a directory', () => {
    const missing = join(directory, 'none.txt');
    expect(() => openUnlabelledText([missing], createDefaultTokenizer())).toThrow(
      `${missing}: expected a file, found none`,
    );
    expect(() => openUnlabelledText([directory], createDefaultTokenizer())).toThrow('expected a file that can be read');
  });
});
