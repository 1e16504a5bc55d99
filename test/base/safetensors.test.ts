import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#base/errors.js';
import { decodeTensors, encodeTensors, type Tensor } from '#base/safetensors.js';
import { thrownBy } from '../helpers/thrown-by.js';

const TENSORS: readonly Tensor[] = [
  { name: 'embedding.weight', shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 1e-40, -0) },
  { name: 'empty', shape: [0, 4], values: new Float32Array(0) },
  { name: 'bias', shape: [3], values: Float64Array.of(Math.PI, Number.MAX_VALUE, Number.MIN_VALUE) },
  { name: 'scalar', shape: [], values: Float32Array.of(42) },
];

/** A file with this header and data, whatever they say. */
function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

const damage = (file: Uint8Array): string => {
  const error = thrownBy(() => decodeTensors(file, 'w.safetensors'));
  expect(error.code).toBe('damaged_model');
  return error.message;
};

describe('round trip', () => {
  const file = encodeTensors(TENSORS, { format: 'onomast-model/1' });

  test('names, shapes, values, precisions, order and metadata', () => {
    const { tensors, metadata } = decodeTensors(file, 'file');
    expect([...tensors.values()]).toEqual(TENSORS);
    expect([...tensors.keys()]).toEqual(TENSORS.map(({ name }) => name));
    expect(metadata).toEqual({ format: 'onomast-model/1' });
  });

  test.each([
    ['a Buffer, as files are read', (bytes: Uint8Array) => Buffer.from(bytes)],
    [
      'a view that starts at an odd place',
      (bytes: Uint8Array) => {
        const larger = new Uint8Array(bytes.length + 11);
        larger.set(bytes, 3);
        return larger.subarray(3, 3 + bytes.length);
      },
    ],
  ])('from %s', (_, of) => {
    expect([...decodeTensors(of(file), 'file').tensors.values()]).toEqual(TENSORS);
  });

  test('the values read are copies', () => {
    const bytes = Buffer.from(file);
    const { tensors } = decodeTensors(bytes, 'file');
    bytes.fill(255);
    expect(tensors.get('scalar')?.values[0]).toBe(42);
  });

  test('the same tensors give the same bytes', () => {
    expect(encodeTensors(TENSORS, { format: 'onomast-model/1' })).toEqual(file);
  });

  test('the data begin at a multiple of eight bytes', () => {
    for (const name of ['a', 'ab', 'abc', 'é', '東京']) {
      const bytes = encodeTensors([{ name, shape: [1], values: Float32Array.of(1) }]);
      expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    }
  });

  test('a view of a larger array is written as it is', () => {
    const values = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const { tensors } = decodeTensors(encodeTensors([{ name: 'view', shape: [2], values }]), 'file');
    expect([...tensors.get('view')!.values]).toEqual([1, 2]);
  });

  test('any tensors', () => {
    const tensor = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        values: fc
          .array(fc.float(), { minLength: size(shape), maxLength: size(shape) })
          .map((values) => Float32Array.from(values)),
      }),
    );
    // A letter in front, since the format orders its header by position and JavaScript puts "0" before "a".
    const named = fc.dictionary(
      fc.string().map((name) => `t${name}`),
      tensor,
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(named, (dictionary) => {
        const tensors = Object.entries(dictionary).map(([name, rest]) => ({ name, ...rest }));
        expect([...decodeTensors(encodeTensors(tensors), 'file').tensors.values()]).toEqual(tensors);
      }),
    );
  });

  // Written by the safetensors library's own definition: 8 bytes of length, header, data.
  test('a file of another program, whose header has no metadata', () => {
    const file = fileOf(
      { x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } },
      new Uint8Array(Float32Array.of(0.5, -4).buffer),
    );
    const { tensors, metadata } = decodeTensors(file, 'file');
    expect([...tensors.get('x')!.values]).toEqual([0.5, -4]);
    expect(metadata).toEqual({});
  });
});

describe('damage is told by its message', () => {
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  const eight = new Uint8Array(8);

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'expected at least 8 bytes, found 0'],
    ['seven bytes', new Uint8Array(7), 'expected at least 8 bytes, found 7'],
    [
      'a header longer than the file',
      fileOf({}).subarray(0, 9),
      'the header claims 2 bytes, the file has 9; it is truncated or not a safetensors file',
    ],
    [
      'a header of astronomical length',
      new Uint8Array(8).fill(255),
      'the header claims 18446744073709552000 bytes, the file has 8; it is truncated or not a safetensors file',
    ],
    [
      'a header that is no JSON',
      fileOf('{"x":'),
      'the header is not a JSON object; it is damaged or not a safetensors file',
    ],
    ['a header that is a list', fileOf([]), 'the header is not a JSON object; it is damaged or not a safetensors file'],
    ['a header that is null', fileOf(null), 'the header is not a JSON object; it is damaged or not a safetensors file'],
    [
      'a header that is not UTF-8',
      new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe]),
      'the header is not a JSON object; it is damaged or not a safetensors file',
    ],
    [
      'an unknown type',
      fileOf({ x: { ...entry, dtype: 'I64' } }, eight),
      'tensor "x" has type I64, expected F32 or F64',
    ],
    ['no type', fileOf({ x: {} }), 'tensor "x" has no type, expected F32 or F64'],
    ['an entry that is null', fileOf({ x: null }), 'tensor "x" has no type, expected F32 or F64'],
    ['an entry that is a text', fileOf({ x: 'F32' }), 'tensor "x" has no type, expected F32 or F64'],
    ['a negative side', fileOf({ x: { ...entry, shape: [-2] } }, eight), 'tensor "x" has no valid shape'],
    ['half a side', fileOf({ x: { ...entry, shape: [0.5] } }, eight), 'tensor "x" has no valid shape'],
    ['no shape', fileOf({ x: { ...entry, shape: 2 } }, eight), 'tensor "x" has no valid shape'],
    ['one offset', fileOf({ x: { ...entry, data_offsets: [0] } }, eight), 'tensor "x" has no valid data_offsets'],
    [
      'offsets that are texts',
      fileOf({ x: { ...entry, data_offsets: ['0', '8'] } }, eight),
      'tensor "x" has no valid data_offsets',
    ],
    [
      'fewer bytes than the shape needs',
      fileOf({ x: { ...entry, shape: [3] } }, eight),
      'tensor "x" of shape (3) does not fit its bytes 0 to 8 of 8',
    ],
    [
      'a shape of astronomical size',
      fileOf({ x: { ...entry, shape: [2 ** 50, 2 ** 50] } }, eight),
      `tensor "x" of shape (${2 ** 50}, ${2 ** 50}) does not fit its bytes 0 to 8 of 8`,
    ],
    [
      'an end beyond the file',
      fileOf({ x: entry }, new Uint8Array(4)),
      'tensor "x" of shape (2) does not fit its bytes 0 to 8 of 4',
    ],
    [
      'a gap before the data',
      fileOf({ x: { ...entry, data_offsets: [4, 12] } }, new Uint8Array(12)),
      'tensor "x" of shape (2) does not fit its bytes 4 to 12 of 12',
    ],
    [
      'two tensors on the same bytes',
      fileOf({ x: entry, y: entry }, eight),
      'tensor "y" of shape (2) does not fit its bytes 0 to 8 of 8',
    ],
    ['bytes left over', fileOf({ x: entry }, new Uint8Array(11)), '3 bytes at the end belong to no tensor'],
    ['metadata that are no texts', fileOf({ __metadata__: { a: 1 } }), 'the metadata are not texts by name'],
    ['metadata that are null', fileOf({ __metadata__: null }), 'the metadata are not texts by name'],
  ])('%s', (_, file, problem) => {
    expect(damage(file)).toBe(`w.safetensors: ${problem}`);
  });

  test('a file cut off anywhere', () => {
    const file = encodeTensors(TENSORS);
    for (let length = 0; length < file.length; length++) damage(file.subarray(0, length));
  });

  test('a tensor may not be called after a part of every object and change anything', () => {
    const { tensors } = decodeTensors(fileOf('{"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'), 'file');
    expect([...tensors.keys()]).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).dtype).toBeUndefined();
  });
});

describe('whatever the bytes, nothing but an AppError', () => {
  const decodesOrSays = (file: Uint8Array): void => {
    try {
      decodeTensors(file, 'file');
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe('damaged_model');
    }
  };

  test('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrSays), { numRuns: 300 });
  });

  test('random JSON for a header', () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 32 }), (header, data) => decodesOrSays(fileOf(header, data))),
      { numRuns: 300 },
    );
  });

  test('headers that are nearly right', () => {
    const odd = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.constant(null),
      fc.array(fc.integer({ min: -1, max: 9 })),
    );
    const entry = fc.oneof(
      odd,
      fc.record(
        { dtype: fc.oneof(odd, fc.constantFrom('F32', 'F64')), shape: odd, data_offsets: odd },
        { requiredKeys: [] },
      ),
    );
    const headers = fc.dictionary(fc.constantFrom('a', 'b', '__metadata__', '__proto__'), entry);
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 32 }), (header, data) => decodesOrSays(fileOf(header, data))),
      { numRuns: 500 },
    );
  });

  test('one byte changed', () => {
    const file = encodeTensors(TENSORS, { format: 'x' });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: file.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const changed = Uint8Array.from(file);
        changed[at] = value;
        decodesOrSays(changed);
      }),
      { numRuns: 500 },
    );
  });
});

const size = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
