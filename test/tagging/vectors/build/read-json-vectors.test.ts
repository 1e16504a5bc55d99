import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonVectors } from '#tagging/vectors/build/read-json-vectors.js';
import { type ReadOptions, readAll, rejectionOf } from '../helpers.js';

const read = (content: string | Uint8Array, options?: ReadOptions) => readAll(readJsonVectors, content, options);
const problem = async (content: string | Uint8Array, options?: ReadOptions): Promise<string> => {
  const error = await rejectionOf(read(content, options));
  expect(error.code).toBe('malformed_vectors');
  return error.message;
};

const HEAD = { precision: 8, l2NormIndex: 2, wordIndex: 3, dimensions: 2 };
const VECTORS = { the: [0.5, -1, 1.118, 0], ']': [2, 0.25, 2.016, 1], '"': [1, 1, 1.5, 2], '],"a': [3, 4, 5, 3] };
const WINK = { ...HEAD, size: 4, words: Object.keys(VECTORS), vectors: VECTORS, unkVector: [0, 0, 0, -1] };
const EXPECTED = Object.entries(VECTORS).map(([word, values]) => [word, values.slice(0, 2)]);

test.each([0, 2])('reads the JSON of winkNLP, indented by %d', async (indent) => {
  const { vectors, report } = await read(JSON.stringify(WINK, null, indent));
  expect(vectors).toEqual(EXPECTED);
  expect(report).toEqual({ dimension: 2, unusable: 0, bad: 0, warnings: [] });
});

test('the bytes may come in any pieces', async () => {
  const content = ` ${JSON.stringify({ ...WINK, vectors: { ...VECTORS, 東京: [7, 8, 9, 4] }, size: 5 })}`;
  const whole = await read(content);
  expect(whole.vectors).toEqual([...EXPECTED, ['東京', [7, 8]]]);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 400 }), async (chunk) => {
      expect(await read(content, { chunk })).toEqual(whole);
    }),
  );
});

test('vectors without length and index', async () => {
  const { vectors } = await read(JSON.stringify({ dimensions: 2, vectors: { a: [1, 2] } }));
  expect(vectors).toEqual([['a', [1, 2]]]);
});

test('a word that is called vectors is no more than a word', async () => {
  const { vectors } = await read(
    JSON.stringify({ dimensions: 1, words: ['vectors'], vectors: { vectors: [1], a: [2] } }),
  );
  expect(vectors).toEqual([
    ['vectors', [1]],
    ['a', [2]],
  ]);
});

test('leaves out and counts words that cannot be used', async () => {
  const { vectors, report } = await read(JSON.stringify({ dimensions: 1, vectors: { 'a b': [1], '': [1], c: [2] } }));
  expect(vectors).toEqual([['c', [2]]]);
  expect(report.unusable).toBe(2);
});

test('warns of fewer vectors than it claims', async () => {
  const { report } = await read(JSON.stringify({ ...WINK, size: 9 }));
  expect(report.warnings).toEqual(['file: "size" claims 9 vectors, it has 4; is it complete?']);
});

describe('refuses', () => {
  test.each([
    [
      'too few numbers',
      { ...HEAD, vectors: { a: [1, 2, 3, 0], b: [1, 2, 3] } },
      'file: entry 2: expected 4 finite numbers for "b", found "[1,2,3]"',
    ],
    [
      'a text',
      { ...HEAD, vectors: { a: [1, 2, 3, '0'] } },
      'file: entry 1: expected 4 finite numbers for "a", found "[1,2,3,\\"0\\"]"',
    ],
    [
      'null, as NaN is written',
      { ...HEAD, vectors: { a: [Number.NaN, 2, 3, 0] } },
      'file: entry 1: expected 4 finite numbers for "a"',
    ],
    ['an object', { ...HEAD, vectors: { a: { x: 1 } } }, 'file: entry 1: expected 4 finite numbers for "a"'],
    [
      'no dimension',
      { vectors: { a: [1] } },
      'file: expected "dimensions" before "vectors", a whole number from 1 to 1024, found none',
    ],
    [
      'too many dimensions',
      { dimensions: 2000, vectors: {} },
      'file: expected "dimensions" before "vectors", a whole number from 1 to 1024, found 2000',
    ],
    ['a dimension behind the vectors', { vectors: {}, dimensions: 2 }, 'found none'],
    ['vectors in a list', { dimensions: 1, vectors: [[1]] }, 'file: expected an object under "vectors", found "[[1]]"'],
    [
      'no vectors in it',
      { dimensions: 1, vectors: {} },
      'file: expected at least one word vector under "vectors", found none',
    ],
    ['no vectors', { dimensions: 1 }, 'file: expected at least one word vector under "vectors", found none'],
  ])('%s', async (_, value, message) => {
    expect(await problem(JSON.stringify(value))).toContain(message);
  });

  test.each([
    [
      'NaN',
      '{"dimensions":1,"vectors":{"a":[NaN]}}',
      'file: entry 1: expected 1 finite numbers for "a", found "[NaN]"',
    ],
    ['a number too large', '{"dimensions":1,"vectors":{"a":[1e400]}}', 'found "[1e400]"'],
    [
      'a name without quotes',
      '{"dimensions":1,"vectors":{a:[1]}}',
      'file: entry 1: expected a name, a colon and a value, found "a:[1]}}"',
    ],
    ['no object', ' [1]', 'file: expected a JSON object, found " [1]"'],
    ['another kind of file', '{"a": 1, nothing', 'file: expected a name, a colon and a value, found ", nothing"'],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"dimensions":1,"vectors":{"\xe9":[1]}}', 'latin1'),
      'file: expected UTF-8, found bytes that are none',
    ],
    [
      'an entry without end',
      `{"dimensions":1,"vectors":{"a":[${'1,'.repeat(100_000)}`,
      'file: entry 1: expected values of at most 131072 characters, found more',
    ],
  ])('%s', async (_, content, message) => {
    expect(await problem(content)).toContain(message);
  });

  test('a file that is cut off, wherever', async () => {
    const text = JSON.stringify({ ...HEAD, vectors: VECTORS });
    for (let length = 1; length < text.length - 1; length++)
      expect(await problem(text.slice(0, length))).toMatch(
        /^file(: entry \d)?: expected the end of the JSON object, found the end of the file; it is cut off$/,
      );
  });
});

test('with skipBad leaves out and counts bad entries', async () => {
  const content = JSON.stringify({ ...HEAD, size: 3, vectors: { a: [1, 2, 3], b: [1, 2, 3, 0], c: 'x' } });
  const { vectors, report } = await read(content, { skipBad: true });
  expect(vectors).toEqual([['b', [1, 2]]]);
  expect(report).toMatchObject({ bad: 2, warnings: [] });
});
