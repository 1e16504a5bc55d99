import { describe, expect, test } from 'vitest';
import { MAX_LINE_LENGTH, openCorpusSource } from '#annotation/documents/corpus-source.js';
import { quoted } from '#base/quoted.js';
import { errorOf } from '../reading/helpers.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf16 = (text: string) => new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer);

describe('openCorpusSource', () => {
  test('reads lines from bytes or text', () => {
    const lines = ['é\u2028\u0085 O', '😀 O', ''];
    const content = lines.join('\n');
    for (const source of [
      { text: content },
      { bytes: utf8(content) },
      { chunks: [...utf8(content)].map((byte) => Uint8Array.of(byte)) },
    ]) {
      const { lines: read, notes } = openCorpusSource('x', source);
      expect([...read].filter((line) => line !== '')).toEqual(lines.slice(0, 2));
      expect(notes).toEqual([]);
    }
  });

  test('removes a byte order mark and CRLF, and says so', () => {
    const bytes = utf8('\uFEFFa O\r\nb\r O\n\r\n');
    const source = openCorpusSource('x', { bytes });
    expect([...source.lines]).toEqual(['a O', 'b\r O', '', '']);
    expect(source.notes).toEqual(['byte order mark removed', '2 lines ended in CRLF']);
    const stream = openCorpusSource('x', { chunks: [bytes.subarray(0, 8), bytes.subarray(8)] });
    expect([...stream.lines]).toEqual(['a O', 'b\r O', '']);
    expect(stream.notes).toEqual(['byte order mark removed', '2 lines ended in CRLF']);
  });

  test('takes lone CR for line ends if there are no others', () => {
    expect(openCorpusSource('x', { text: 'a O\rb O\r' }).lines).toEqual(['a O', 'b O', '']);
  });

  test.each([
    ['no bytes', utf8(''), 'empty_corpus: x: expected at least one sentence, found an empty file'],
    ['white space', utf8('\uFEFF \r\n\t\n'), 'empty_corpus: x: expected at least one sentence, found an empty file'],
    [
      'NUL',
      utf8('a O\nb\0 O\n'),
      'malformed_corpus: x:2: expected text, found a NUL character; the file seems to be binary or damaged',
    ],
    [
      'Latin-1',
      latin1('Ann B-PER\n\nJosé B-PER\n'),
      'not_utf8: x:3: expected UTF-8, found byte 0xE9 at byte 14; if the file is Latin-1 or Windows-1252, convert it: iconv -f WINDOWS-1252 -t UTF-8',
    ],
    [
      'a file cut within a character',
      utf8('a O\né').subarray(0, 5),
      'not_utf8: x:2: expected UTF-8, found byte 0xC3 at byte 4; if',
    ],
    [
      'an overlong encoding',
      Uint8Array.of(0x61, 0xc0, 0x80),
      'not_utf8: x:1: expected UTF-8, found byte 0xC0 at byte 1; if',
    ],
    [
      'a surrogate',
      Uint8Array.of(0x61, 0xed, 0xa0, 0x80),
      'not_utf8: x:1: expected UTF-8, found byte 0xED at byte 1; if',
    ],
    [
      'UTF-16 with a mark',
      utf16('\uFEFFa O\n'),
      'not_utf8: x: expected UTF-8, found UTF-16 (byte order mark FF FE at byte 0); convert it: iconv -f UTF-16 -t UTF-8',
    ],
    [
      'UTF-16 the other way round',
      utf16('\uFFFEa'),
      'not_utf8: x: expected UTF-8, found UTF-16 (byte order mark FE FF at byte 0); convert',
    ],
    [
      'UTF-16 without a mark',
      utf16('José B-PER\n'),
      'not_utf8: x: expected UTF-8, found what looks like UTF-16 (every other byte is 0, from byte 1); convert',
    ],
    [
      'gzip',
      Uint8Array.of(0x1f, 0x8b, 8),
      'not_utf8: x: expected UTF-8, found gzip (bytes 1F 8B at byte 0); decompress it first',
    ],
    [
      'zip',
      Uint8Array.of(0x50, 0x4b, 3, 4),
      'not_utf8: x: expected UTF-8, found a zip archive (bytes 50 4B at byte 0); unpack it first',
    ],
    [
      'a line of 10 MB',
      utf8(`a O\n${'x'.repeat(10_000_000)}`),
      `malformed_corpus: x:2: expected lines of at most ${MAX_LINE_LENGTH} characters, found 10000000; are the line ends lost?`,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(errorOf(() => [...openCorpusSource('x', { bytes }).lines])).toContain(message);
  });

  test('finds the first wrong byte wherever it is', () => {
    for (let offset = 0; offset < 40; offset++) {
      const bytes = utf8('é'.repeat(20));
      bytes[offset] = 0xff;
      const found = offset % 2 === 0 ? `byte 0xFF at byte ${offset};` : `byte 0xC3 at byte ${offset - 1};`;
      expect(errorOf(() => openCorpusSource('x', { bytes }))).toContain(found);
    }
  });

  test('wants either bytes or text', () => {
    const message = 'invalid_argument: x: expected exactly one of "bytes", "text" and "chunks"';
    expect(errorOf(() => openCorpusSource('x', {}))).toBe(message);
    expect(errorOf(() => openCorpusSource('x', { text: 'a', bytes: utf8('a') }))).toBe(message);
  });
});

describe('quoted', () => {
  test('is short and holds nothing that steers a terminal', () => {
    expect(quoted('a"\t\u001b[31m\u009b\u202e')).toBe('"a\\"\\t\\u001b[31m\\u009b\\u202e"');
    expect(quoted('x'.repeat(1000))).toBe(`"${'x'.repeat(59)}…"`);
  });
});
