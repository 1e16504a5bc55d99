import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeTensors, type Tensor, type TensorValues } from '#base/safetensors.js';
import {
  createVectorTable,
  decodeAll,
  decodeVectorTable,
  looksLikeVectorTable,
  MAX_DIMENSION,
  type VectorTable,
  type VectorTableInput,
} from '#tagging/vectors/vector-table.js';
import { thrownBy } from '../../helpers/thrown-by.js';

const ORIGIN = { name: 'Test 3d', language: 'en', license: 'CC0-1.0', source: 'https://example.org' };
const INPUT: VectorTableInput = {
  words: ['the', 'paris', 'Ömer', '東京'],
  values: Float32Array.of(1, -0.5, 0.25, 0, 0, 0, -3, 2, 1, 0.1, 0.2, 0.3),
  dimension: 3,
  bits: 8,
  origin: ORIGIN,
};
const decoded = (table: VectorTable): number[] => [...decodeAll(table)];
const damage = (file: Uint8Array): string => {
  const error = thrownBy(() => decodeVectorTable(file, 'dir/en.safetensors'));
  expect(error.code).toBe('damaged_model');
  expect(error.message).toMatch(/^dir\/en\.safetensors: [^\n]+$/);
  return error.message.slice('dir/en.safetensors: '.length);
};

describe('round trip', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((text) => !/[\s\p{Cc}\p{Cs}\uFFFD]/u.test(text));
  const input = fc.record({
    words: fc.uniqueArray(word, { maxLength: 8 }),
    dimension: fc.integer({ min: 1, max: 7 }),
    bits: fc.constantFrom(4 as const, 8 as const),
    seed: fc.array(
      fc.integer({ min: -10_000, max: 10_000 }).map((n) => n / 1000),
      { minLength: 56, maxLength: 56 },
    ),
  });

  test('words, ids, vectors and origin; the file is the same again', () => {
    fc.assert(
      fc.property(input, ({ words, dimension, bits, seed }) => {
        const values = Float32Array.from(seed.slice(0, words.length * dimension));
        const table = createVectorTable({ words, values, dimension, bits, origin: ORIGIN });
        const read = decodeVectorTable(Buffer.from(table.file), 'file');
        expect({ ...read, id: 0, decodeRow: 0 }).toEqual({
          ...table,
          file: Buffer.from(table.file),
          id: 0,
          decodeRow: 0,
        });
        expect(read.words.map(read.id)).toEqual(words.map((_, row) => row));
        expect(decoded(read)).toEqual(decoded(table));
        if (bits === 8) {
          decoded(read).forEach((value, i) => {
            const row = values.subarray(i - (i % dimension), i - (i % dimension) + dimension);
            const scale = Math.max(...row.map(Math.abs)) / 127;
            expect(Math.abs(value - values[i])).toBeLessThanOrEqual(scale * 0.50001);
          });
        }
      }),
    );
  });

  test('equal tables have equal bytes', () => {
    const reordered = { source: ORIGIN.source, license: ORIGIN.license, language: 'en', name: ORIGIN.name };
    expect(createVectorTable({ ...INPUT, origin: reordered }).file).toEqual(createVectorTable(INPUT).file);
  });

  test('no words at all', () => {
    const empty = createVectorTable({ ...INPUT, words: [], values: new Float32Array(0) });
    const read = decodeVectorTable(empty.file, 'file');
    expect(read).toMatchObject({ words: [], size: 0, dimension: 3 });
    expect(read.id('the')).toBe(-1);
  });

  test('finds words in other cases, and tells what it does not have', () => {
    const { id } = createVectorTable(INPUT);
    expect(['the', 'THE', '#Paris', '東京', 'ömer', 'x', ''].map(id)).toEqual([0, 0, 1, 3, -1, -1, -1]);
  });
});

describe('refuses to make', () => {
  test.each<[string, Partial<VectorTableInput>, string]>([
    [
      'too few numbers',
      { values: new Float32Array(11) },
      '"values" must hold 4 vectors of 1 to 1024 numbers, found 11 numbers for dimension 3',
    ],
    ['no dimension', { values: new Float32Array(0), dimension: 0 }, 'found 0 numbers for dimension 0'],
    [
      'too many dimensions',
      { words: ['a'], values: new Float32Array(1025), dimension: MAX_DIMENSION + 1 },
      'found 1025 numbers for dimension 1025',
    ],
    [
      'a word with a line feed',
      { words: ['a', 'b', 'c\nd', 'e'] },
      '"words" must not be empty, very long or hold white space, found "c\\nd"',
    ],
    ['an empty word', { words: ['a', 'b', '', 'e'] }, '"words" must not be empty'],
    ['half a character', { words: ['a', 'b', '\uD800', 'e'] }, '"words" must not be empty'],
    ['a word twice', { words: ['a', 'b', 'c', 'a'] }, '"words" must all be different'],
    [
      'a number that is none',
      { values: INPUT.values.map((value, i) => (i === 5 ? Number.NaN : value)) },
      '"values" must be finite numbers',
    ],
  ])('%s', (_, change, message) => {
    const error = thrownBy(() => createVectorTable({ ...INPUT, ...change }));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toContain(message);
  });
});

describe('a damaged file', () => {
  const { file } = createVectorTable({ ...INPUT, bits: 4 });

  test('cut off anywhere', () => {
    for (let length = 0; length < file.length; length++) damage(file.slice(0, length));
  });

  test('with something behind it', () => {
    expect(damage(Uint8Array.of(...file, 0))).toContain('1 bytes at the end belong to no tensor');
  });

  test('with any bit turned over, wherever it matters', () => {
    const whole = decodeVectorTable(file, 'file');
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const changed = file.slice();
      changed[bit >> 3] ^= 1 << (bit & 7);
      let read: VectorTable;
      try {
        read = decodeVectorTable(changed, 'dir/en.safetensors');
      } catch {
        damage(changed);
        continue;
      }
      // What is left are the name of the checksum and white space of the header.
      expect({ ...read, file: 0, id: 0, decodeRow: 0 }).toEqual({ ...whole, file: 0, id: 0, decodeRow: 0 });
      expect(decoded(read)).toEqual(decoded(whole));
    }
  });

  test('with random bytes in it', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.uint8Array({ minLength: 1, maxLength: 40 }), (at, bytes) => {
        const changed = file.slice();
        changed.set(bytes.subarray(0, file.length - at), at);
        if (Buffer.compare(changed, file) === 0) return;
        try {
          decodeVectorTable(changed, 'dir/en.safetensors');
        } catch {
          damage(changed);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a file that says', () => {
  const METADATA = { format: 'onomast-vectors/1', bits: '8', dimension: '2', ...ORIGIN };
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const TENSORS: readonly Tensor<TensorValues>[] = [
    { name: 'scales', shape: [2], values: Float32Array.of(1, 0.5) },
    { name: 'codes', shape: [2, 2], values: Int8Array.of(1, 2, 3, -4) },
    { name: 'words', shape: [3], values: utf8('a\nb') },
  ];
  const fileOf = (metadata: Readonly<Record<string, string>>, ...changed: Tensor<TensorValues>[]): Uint8Array =>
    encodeTensors(
      TENSORS.map((tensor) => changed.find(({ name }) => name === tensor.name) ?? tensor),
      metadata,
    );

  test('nothing of a checksum is refused, unless the whole file was hashed', () => {
    expect(damage(fileOf(METADATA))).toBe('its checksum is missing, so nobody knows whether it is whole');
    const table = decodeVectorTable(fileOf(METADATA), 'file', { isHashed: true });
    expect(decoded(table)).toEqual([1, 2, 1.5, -2]);
    expect(table).toMatchObject({ words: ['a', 'b'], origin: ORIGIN, bits: 8 });
  });

  test('nothing of its origin has none', () => {
    const { format, bits, dimension } = METADATA;
    const none = { name: '', language: '', license: '', source: '' };
    expect(decodeVectorTable(fileOf({ format, bits, dimension }), 'file', { isHashed: true }).origin).toEqual(none);
  });

  test.each<[string, Uint8Array, string]>([
    ['no format', fileOf({}), 'expected format "onomast-vectors/1", found nothing'],
    [
      'another format',
      fileOf({ ...METADATA, format: 'onomast-model/1' }),
      'expected format "onomast-vectors/1", found "onomast-model/1"',
    ],
    ['5 bits', fileOf({ ...METADATA, bits: '5' }), 'expected 8 or 4 bits, found "5"'],
    ['no dimension', fileOf({ ...METADATA, dimension: '0' }), 'expected a dimension from 1 to 1024, found "0"'],
    [
      'another dimension',
      fileOf({ ...METADATA, dimension: '3' }),
      '2 words, 2 scales and 4 codes do not fit each other',
    ],
    [
      'another checksum',
      fileOf({ ...METADATA, crc32: '1' }),
      'its bytes are not those that were written; it was altered or damaged',
    ],
    [
      'a negative scale',
      fileOf(METADATA, { name: 'scales', shape: [2], values: Float32Array.of(1, -1) }),
      'a scale is no finite number from 0',
    ],
    [
      'an infinite scale',
      fileOf(METADATA, { name: 'scales', shape: [2], values: Float32Array.of(1, Number.POSITIVE_INFINITY) }),
      'a scale is no finite number from 0',
    ],
    [
      'scales in 64 bits',
      fileOf(METADATA, { name: 'scales', shape: [2], values: new Float64Array(2) }),
      'expected the tensors words (U8), scales (F32) and codes (I8)',
    ],
    [
      'one word',
      fileOf(METADATA, { name: 'words', shape: [1], values: utf8('a') }),
      '1 words, 2 scales and 4 codes do not fit each other',
    ],
    [
      'codes of another shape',
      fileOf(METADATA, { name: 'codes', shape: [4, 1], values: Int8Array.of(1, 2, 3, -4) }),
      'codes has shape (4, 1), expected (2, 2)',
    ],
    [
      'scales of another shape',
      fileOf(METADATA, { name: 'scales', shape: [1, 2], values: Float32Array.of(1, 0.5) }),
      'scales has shape (1, 2), expected (2)',
    ],
    [
      'another tensor besides',
      encodeTensors([...TENSORS, { name: 'more', shape: [1], values: Uint8Array.of(1) }], METADATA),
      'it has other tensors besides words, scales and codes',
    ],
    ['a word twice', fileOf(METADATA, { name: 'words', shape: [3], values: utf8('a\na') }), 'a word is there twice'],
    ['an empty word', fileOf(METADATA, { name: 'words', shape: [2], values: utf8('a\n') }), 'a word is empty'],
    [
      'words in Latin-1',
      fileOf(METADATA, { name: 'words', shape: [3], values: Uint8Array.of(97, 10, 0xe9) }),
      'the words are not valid UTF-8',
    ],
  ])('%s', (_, file, message) => {
    expect(damage(file)).toBe(message);
  });
});

test('looks like a table: its own beginning, and nothing else', () => {
  const { file } = createVectorTable(INPUT);
  expect(looksLikeVectorTable(file)).toBe(true);
  expect(looksLikeVectorTable(file.subarray(0, 4096))).toBe(true);
  expect(looksLikeVectorTable(encodeTensors([], { format: 'onomast-model/1' }))).toBe(false);
  expect(looksLikeVectorTable(new Uint8Array(0))).toBe(false);
});
