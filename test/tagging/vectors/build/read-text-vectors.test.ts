import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTextVectors } from '#tagging/vectors/build/read-text-vectors.js';
import { type ReadOptions, readAll, rejectionOf } from '../helpers.js';

const read = (content: string | Uint8Array, options?: ReadOptions) => readAll(readTextVectors, content, options);
const problem = async (content: string | Uint8Array, options?: ReadOptions): Promise<string> => {
  const error = await rejectionOf(read(content, options));
  expect(error.code).toBe('malformed_vectors');
  return error.message;
};
const TWO = [
  ['the', [0.5, -1]],
  ['of', [2, 0.25]],
];

describe('reads', () => {
  test.each([
    ['GloVe', 'the 0.5 -1\nof 2 0.25\n'],
    ['word2vec', '2 2\nthe 0.5 -1 \nof 2 0.25 \n'],
    ['fastText', '2 2\nthe 0.5000 -1.0000\nof 2.0 .25'],
    ['no line feed at the end', 'the 0.5 -1\nof 2 0.25'],
    ['CRLF', 'the 0.5 -1\r\nof 2 0.25\r\n'],
    ['a byte order mark', '\uFEFFthe 0.5 -1\nof 2 0.25\n'],
    ['tabs', 'the\t0.5\t-1\nof\t2\t0.25\n'],
    ['several spaces', 'the  0.5   -1\nof 2  0.25\n'],
    ['blank lines', '\nthe 0.5 -1\n\n  \nof 2 0.25\n\n'],
    ['exponents, signs and points', 'the 5e-1 -1.\nof +2E0 .025e+1\n'],
  ])('%s', async (_, content) => {
    const { vectors, report } = await read(content);
    expect(vectors).toEqual(TWO);
    expect(report).toEqual({ dimension: 2, unusable: 0, bad: 0, warnings: [] });
  });

  test('one vector of one number', async () => {
    expect((await read('x 1\n')).vectors).toEqual([['x', [1]]]);
  });

  test('a number as the first word', async () => {
    expect((await read('7 1 2\n8 3 4\n')).vectors).toEqual([
      ['7', [1, 2]],
      ['8', [3, 4]],
    ]);
  });

  test('words that are separators elsewhere, and odd ones', async () => {
    const { vectors } = await read('a=b 1 2\n</s> 1 2\n, 1 2\n東京 1 2\n👍🏽 1 2\nthe 3 4\nthe 5 6\n');
    expect(vectors.map(([word]) => word)).toEqual(['a=b', '</s>', ',', '東京', '👍🏽', 'the', 'the']);
  });
});

test('the bytes may come in any pieces', async () => {
  const content = '4 2\nthe 0.5 -1\n東京 1 2\n👍🏽 1e-3 2\nof 2 0.25';
  const whole = await read(content);
  expect(whole.vectors).toHaveLength(4);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (chunk) => {
      expect(await read(content, { chunk })).toEqual(whole);
    }),
  );
});

test.each([
  ['white space', 'a 1 2\n. . . 1 2\nat name@domain.com 1 2\nb 1 2\n', 2],
  ['a space without break', 'a 1 2\n\u00A0 1 2\nx\u3000y 1 2\nb 1 2\n', 2],
  ['a line separator', 'a 1 2\n\u2028 1 2\n\u0085 1 2\nb 1 2\n', 2],
  ['control characters', 'a 1 2\n\u0007 1 2\nb 1 2\n', 1],
  ['nothing', 'a 1 2\n 1 2\nb 1 2\n', 1],
  ['more than 100 units', `a 1 2\n${'x'.repeat(101)} 1 2\nb 1 2\n`, 1],
  ['bytes that are no UTF-8', Buffer.from('a 1 2\nJos\xe9 1 2\nb 1 2\n', 'latin1'), 1],
])('leaves out and counts words with %s', async (_, content, unusable) => {
  const { vectors, report } = await read(content);
  expect(vectors.map(([word]) => word)).toEqual(['a', 'b']);
  expect(report).toMatchObject({ unusable, bad: 0 });
});

test('100 units are not too long', async () => {
  expect((await read(`${'x'.repeat(100)} 1\n`)).vectors).toHaveLength(1);
});

describe('refuses', () => {
  test.each([
    [
      'too few numbers',
      'a 1 2\nb 1\n',
      'file:2: expected a word and 2 numbers, as at the beginning of the file, found 1 behind "b"',
    ],
    [
      'too many numbers',
      'a 1 2\nb 1 2 3\n',
      'file:2: expected a word and 2 numbers, as at the beginning of the file, found 3 behind "b"',
    ],
    [
      'less than the header says',
      '1 3\nb 1 2\n',
      'file:2: expected a word and 3 numbers, as at the beginning of the file, found 2 behind "b"',
    ],
    ['a text', 'a 1 2\nb 1 two\n', 'file:2: expected a finite number behind "b", found "two"'],
    ['NaN', 'a 1 NaN\n', 'file:1: expected a finite number behind "a", found "NaN"'],
    ['Infinity', 'a 1 2\nb -Infinity 2\n', 'file:2: expected a finite number behind "b", found "-Infinity"'],
    ['inf of C', 'a 1 2\nb inf 2\n', 'found "inf"'],
    ['a number too large', 'a 1 1e400\n', 'found "1e400"'],
    ['a number too large for the squares', 'a 1 1e30\n', 'found "1e30"'],
    ['a hexadecimal number', 'a 1 0x10\n', 'found "0x10"'],
    ['a comma', 'a 1 0,5\n', 'found "0,5"'],
    ['a word alone', 'hello\nworld\n', 'file:1: expected a word and its numbers, found only "hello"'],
    ['a word alone after blank lines', '\n\nhello\n', 'file:3: expected a word and its numbers, found only "hello"'],
    ['too many dimensions', `a${' 1'.repeat(1025)}\n`, 'file:1: expected vectors of 1 to 1024 numbers, found 1025'],
    ['a header of too many', '3 2000\n', 'file:1: expected vectors of 1 to 1024 numbers, found 2000'],
    ['a header of none', '3 0\n', 'file:1: expected vectors of 1 to 1024 numbers, found 0'],
    ['nothing behind the header', '3 2\n', 'file: expected at least one word vector, found none'],
    ['blank lines', '\n\n', 'file: expected at least one word vector, found none'],
    [
      'a line without end',
      `a 1\n${'x'.repeat(200_000)}`,
      'file:2: expected lines of at most 131072 bytes, found a longer one',
    ],
    ['prose', 'It was a dark night.\n', 'file:1: expected a finite number behind "It", found "was"'],
  ])('%s', async (_, content, message) => {
    expect(await problem(content)).toContain(message);
  });

  test('a long line in any pieces', async () => {
    expect(await problem(`a 1\n${'x'.repeat(200_000)}\n`, { chunk: 1000 })).toContain(
      'file:2: expected lines of at most',
    );
    expect(await problem(`a 1\n${'x'.repeat(200_000)}\n`)).toContain('file:2: expected lines of at most');
  });
});

describe('with skipBad', () => {
  test('leaves out and counts bad lines', async () => {
    const { vectors, report } = await read('the 0.5 -1\nb 1\nc NaN 2\nd 1 2 3\n. . 1 2\nof 2 0.25\n', {
      skipBad: true,
    });
    expect(vectors).toEqual(TWO);
    expect(report).toMatchObject({ bad: 3, unusable: 1 });
  });

  test('a bad first line does not decide the dimension', async () => {
    const { vectors, report } = await read('a b c d\nthe 0.5 -1\nof 2 0.25\n', { skipBad: true });
    expect(vectors).toEqual(TWO);
    expect(report).toMatchObject({ dimension: 2, bad: 1 });
  });

  test('nothing good at all is an error', async () => {
    expect(await problem('a b\nc d\n', { skipBad: true })).toBe('file: expected at least one word vector, found none');
  });
});

test.each([
  ['fewer', '5 2\nthe 0.5 -1\nof 2 0.25\n', 'file: its first line claims 5 vectors, it has 2; is it complete?'],
  ['more', '1 2\nthe 0.5 -1\nof 2 0.25\n', 'file: its first line claims 1 vectors, it has 2; is it complete?'],
])('warns of %s vectors than the header claims', async (_, content, warning) => {
  const { vectors, report } = await read(content);
  expect(vectors).toEqual(TWO);
  expect(report.warnings).toEqual([warning]);
});
