import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.js';
import { readWordVectors } from '#tagging/vectors/build/read-word-vectors.js';
import { newReadingReport } from '#tagging/vectors/build/word-vector.js';
import { createVectorTable } from '#tagging/vectors/vector-table.js';
import { readAll, rejectionOf } from '../helpers.js';

const TABLE = {
  words: ['a'],
  values: Float32Array.of(1),
  dimension: 1,
  bits: 8,
  origin: { name: '', language: '', license: '', source: '' },
} as const;

test.each([
  ['GloVe', 'a 1 2\n'],
  ['word2vec', '1 2\na 1 2\n'],
  ['JSON', '{"dimensions":2,"vectors":{"a":[1,2]}}'],
  ['JSON with white space and a byte order mark', '\uFEFF \n{ "dimensions" : 2, "vectors" : { "a" : [1, 2] } }\n'],
])('tells %s', async (_, content) => {
  for (const chunk of [1, 7, 1000])
    expect((await readAll(readWordVectors, content, { chunk })).vectors).toEqual([['a', [1, 2]]]);
});

test('a file whose first word is a brace is no JSON', async () => {
  expect((await readAll(readWordVectors, '{ 1 2\n} 3 4\n')).vectors.map(([word]) => word)).toEqual(['{', '}']);
});

describe('refuses', () => {
  test.each([
    ['a table', createVectorTable(TABLE).file, 'file: expected vectors to make a table of, found a table already'],
    ['an empty file', '', 'file: expected word vectors, found an empty file'],
    [
      'a zip archive',
      Buffer.from('PK\u0003\u0004\u0014\0\0\0'),
      'file: expected text, found binary data; unpack an archive (.zip, .tgz) and convert',
    ],
    ['UTF-16', Buffer.from('a 1 2\n', 'utf16le'), 'file: expected text, found binary data'],
    [
      'word2vec in binary',
      Buffer.concat([Buffer.from('1 2\na '), Buffer.alloc(8)]),
      'file: expected text, found binary data',
    ],
  ])('%s', async (_, content, message) => {
    const error = await rejectionOf(readAll(readWordVectors, content));
    expect(error).toMatchObject({ code: 'malformed_vectors', message: expect.stringContaining(message) });
  });
});

describe('whatever the file, there are vectors of one dimension or an error of one line', () => {
  const files = ['a 1 2\nb 3 4\n', '2 2\na 1 2\nb 3 4\n', '{"dimensions":2,"vectors":{"a":[1,2],"b":[3,4]}}'];
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => new TextEncoder().encode(text)),
    fc.tuple(fc.constantFrom(...files), fc.nat(60), fc.uint8Array({ maxLength: 4 })).map(([file, at, bytes]) => {
      const changed = new TextEncoder().encode(file);
      changed.set(bytes.subarray(0, Math.max(0, changed.length - at)), Math.min(at, changed.length));
      return changed;
    }),
  );

  test.each([false, true])('skipBad %s', async (skipBad) => {
    const check = async (bytes: Uint8Array, chunk: number): Promise<void> => {
      const result = await readAll(readWordVectors, bytes, { skipBad, chunk }).catch((error: unknown) => error);
      if (result instanceof AppError) {
        expect(result.code).toBe('malformed_vectors');
        expect(result.message).toMatch(/^file[^\n]*: expected [^\n]+, found [^\n]+$/);
        return;
      }
      const { vectors, report } = result as Awaited<ReturnType<typeof readAll>>;
      for (const [word, values] of vectors) {
        expect(word).not.toMatch(/^$|\s/);
        expect(values).toHaveLength(report.dimension);
        expect(values.every(Number.isFinite)).toBe(true);
      }
    };
    await fc.assert(fc.asyncProperty(content, fc.integer({ min: 1, max: 70 }), check), { numRuns: 1000 });
  });
});

test('a reader that has enough lets the source end', async () => {
  let hasEnded = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new TextEncoder().encode('a 1 2\n'.repeat(10_000));
    } finally {
      hasEnded = true;
    }
  }
  const options = { name: 'file', skipBad: false, report: newReadingReport() };
  for await (const { word } of readWordVectors(source(), options)) {
    expect(word).toBe('a');
    break;
  }
  expect(hasEnded).toBe(true);
});
