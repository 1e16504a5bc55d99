import { AppError } from './errors.js';

/**
 * The safetensors layout (https://huggingface.co/docs/safetensors): 8 bytes little-endian header length, a JSON header
 * {name: {dtype, shape, data_offsets}}, then the raw little-endian data. It can be read anywhere and holds no code.
 */
export interface Tensor<Values extends TensorValues = FloatValues> {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Values;
}

export type FloatValues = Float32Array | Float64Array;
export type TensorValues = FloatValues | Int8Array | Uint8Array;

const MAX_HEADER_BYTES = 10_000_000;
const TYPES = { F32: Float32Array, F64: Float64Array, I8: Int8Array, U8: Uint8Array } as const;
type TypeName = keyof typeof TYPES;
const FLOAT_TYPES: readonly TypeName[] = ['F32', 'F64'];

/** The same tensors in the same order give the same bytes. */
export function encodeTensors(
  tensors: readonly Tensor<TensorValues>[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const end = offset + values.byteLength;
    header[name] = { dtype: typeOf(values), shape, data_offsets: [offset, end] };
    offset = end;
  }
  let json = JSON.stringify(header);
  const encoder = new TextEncoder();
  json += ' '.repeat((8 - (encoder.encode(json).length % 8)) % 8); // keeps the data aligned, as the format asks
  const headerBytes = encoder.encode(json);
  const file = new Uint8Array(8 + headerBytes.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, 8);
  let at = 8 + headerBytes.length;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

export interface TensorFile<Values extends TensorValues = FloatValues> {
  readonly tensors: ReadonlyMap<string, Tensor<Values>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws {AppError} `damaged_model`, naming `where`, for anything that is not exactly a file of floating-point tensors. */
export function decodeTensors(file: Uint8Array, where: string): TensorFile {
  return decode(file, where, FLOAT_TYPES) as TensorFile;
}

/** The same for a file that may hold bytes too. */
export function decodeMixedTensors(file: Uint8Array, where: string): TensorFile<TensorValues> {
  return decode(file, where, Object.keys(TYPES) as TypeName[]);
}

/** Characters. */
const MOST_OF_A_PROBLEM = 500;

function decode(file: Uint8Array, where: string, allowed: readonly TypeName[]): TensorFile<TensorValues> {
  const fail = (problem: string): never => {
    // A header may hold names and shapes of megabytes.
    throw new AppError('damaged_model', `${where}: ${problem.slice(0, MOST_OF_A_PROBLEM)}`);
  };
  if (file.length < 8) fail(`expected at least 8 bytes, found ${file.length}`);
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (headerLength > MAX_HEADER_BYTES || 8 + headerLength > file.length) {
    fail(
      `the header claims ${headerLength} bytes, the file has ${file.length}; it is truncated or not a safetensors file`,
    );
  }
  const data = file.subarray(8 + headerLength);
  const tensors = new Map<string, Tensor<TensorValues>>();
  let metadata: Readonly<Record<string, string>> = {};
  let expectedStart = 0;
  for (const [name, entry] of Object.entries(parseHeader(file.subarray(8, 8 + headerLength), fail))) {
    if (name === '__metadata__') {
      if (!isTextsByName(entry)) return fail('the metadata are not texts by name');
      metadata = entry;
      continue;
    }
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Readonly<Record<string, unknown>>;
    const type = allowed.find((candidate) => candidate === dtype);
    if (!type) {
      const found = dtype === undefined ? 'no type' : `type ${String(dtype)}`;
      return fail(`tensor "${name}" has ${found}, expected ${allowed.join(' or ')}`);
    }
    if (!isCounts(shape)) return fail(`tensor "${name}" has no valid shape`);
    if (!isCounts(offsets) || offsets.length !== 2) return fail(`tensor "${name}" has no valid data_offsets`);
    const [start, end] = offsets;
    const bytes = shape.reduce((product, side) => product * side, TYPES[type].BYTES_PER_ELEMENT);
    if (start !== expectedStart || end - start !== bytes || end > data.length) {
      fail(
        `tensor "${name}" of shape (${shape.join(', ')}) does not fit its bytes ${start} to ${end} of ${data.length}`,
      );
    }
    expectedStart = end;
    // Bytes need no alignment and stay where they are, maybe in memory that threads share; others are copied to be aligned.
    const values = isByte(type)
      ? new TYPES[type](data.buffer as ArrayBuffer, data.byteOffset + start, end - start)
      : new TYPES[type](new Uint8Array(data.subarray(start, end)).buffer);
    tensors.set(name, { name, shape, values });
  }
  if (expectedStart !== data.length) fail(`${data.length - expectedStart} bytes at the end belong to no tensor`);
  return { tensors, metadata };
}

function isByte(type: TypeName): type is 'I8' | 'U8' {
  return TYPES[type].BYTES_PER_ELEMENT === 1;
}

function typeOf(values: TensorValues): TypeName {
  return (Object.keys(TYPES) as TypeName[]).find((name) => values instanceof TYPES[name])!;
}

function parseHeader(bytes: Uint8Array, fail: (problem: string) => never): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {}
  return fail('the header is not a JSON object; it is damaged or not a safetensors file');
}

function isTextsByName(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}
