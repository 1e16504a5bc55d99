import { AppError } from '#base/errors.js';
import { quoted, shown } from '#base/quoted.js';
import { decodeMixedTensors, encodeTensors, type Tensor, type TensorValues } from '#base/safetensors.js';
import { crc32 } from './crc32.js';
import { lookUp } from './look-up.js';
import { dequantizeRow, packedWidth, type QuantizationBits, quantizeRows } from './quantize.js';
import { isUsableWord } from './usable-word.js';

/**
 * Pretrained vectors of many words, each number in 8 or 4 bits with one scale a word. On disk it is a safetensors file:
 * the words, a line each (UTF-8), their scales (V) and their codes (V, D) or (V, D / 2).
 */
export interface VectorTable {
  readonly words: readonly string[];
  /** V: how many. */
  readonly size: number;
  /** D */
  readonly dimension: number;
  readonly bits: QuantizationBits;
  readonly origin: VectorOrigin;
  /** Row of a word, -1 if it has none; under which forms it is looked for says `lookUp`. */
  id(word: string): number;
  /** Writes the vector (D) of a row from 0 to V - 1. */
  decodeRow(row: number, out: Float32Array | Float64Array): void;
  /** The same table as a file, byte for byte: what is saved with a model and hashed. */
  readonly file: Uint8Array;
}

export interface VectorOrigin {
  /** For instance "GloVe 6B 100d". */
  readonly name: string;
  /** BCP 47, for instance "en"; empty where it is not known. */
  readonly language: string;
  readonly license: string;
  /** Where it was had from. */
  readonly source: string;
}

export interface VectorTableInput {
  /** All different, none of them empty or with white space. */
  readonly words: readonly string[];
  /** (V, D) */
  readonly values: Float32Array;
  readonly dimension: number;
  readonly bits: QuantizationBits;
  readonly origin: VectorOrigin;
}

const FORMAT = 'onomast-vectors/1';
const ORIGIN_KEYS = ['name', 'language', 'license', 'source'] as const;
export const MAX_DIMENSION = 1024;

/** @throws {AppError} `invalid_argument` if words and values do not fit each other or could not be read back. */
export function createVectorTable({ words, values, dimension, bits, origin }: VectorTableInput): VectorTable {
  if (!isDimension(dimension) || values.length !== words.length * dimension)
    throw new AppError(
      'invalid_argument',
      `"values" must hold ${words.length} vectors of 1 to ${MAX_DIMENSION} numbers, found ${values.length} numbers for dimension ${dimension}`,
    );
  const strange = words.find((word) => !isUsableWord(word));
  if (strange !== undefined)
    throw new AppError(
      'invalid_argument',
      `"words" must not be empty, very long or hold white space, found ${quoted(strange)}`,
    );
  if (new Set(words).size !== words.length) throw new AppError('invalid_argument', '"words" must all be different');
  if (!values.every(Number.isFinite)) throw new AppError('invalid_argument', '"values" must be finite numbers');
  const { codes, scales } = quantizeRows(values, dimension, bits);
  const lines = new TextEncoder().encode(words.join('\n'));
  const tensors: Tensor<TensorValues>[] = [
    { name: 'scales', shape: [words.length], values: scales },
    { name: 'codes', shape: [words.length, packedWidth(dimension, bits)], values: codes },
    { name: 'words', shape: [lines.length], values: lines },
  ];
  const checked = { format: FORMAT, bits: String(bits), dimension: String(dimension), ...originOf({ ...origin }) };
  const metadata = { ...checked, crc32: checksum(tensors, checked) };
  return tableOf({ words, dimension, bits, origin, codes, scales, file: encodeTensors(tensors, metadata) });
}

export interface DecodeOptions {
  /** The bytes are known to be those that were written, by a hash of the whole file. */
  readonly isHashed?: boolean;
}

/** @throws {AppError} `damaged_model`, naming `where`, for anything that is not exactly such a file. */
export function decodeVectorTable(
  file: Uint8Array,
  where: string,
  { isHashed = false }: DecodeOptions = {},
): VectorTable {
  const fail = (problem: string): never => {
    throw new AppError('damaged_model', `${where}: ${problem}`);
  };
  const { tensors, metadata } = decodeMixedTensors(file, where);
  const found = (key: string): string => shown(metadata[key]);
  if (metadata.format !== FORMAT) fail(`expected format "${FORMAT}", found ${found('format')}`);
  const { bits: told } = metadata;
  const bits = told === '8' ? 8 : told === '4' ? 4 : fail(`expected 8 or 4 bits, found ${found('bits')}`);
  const dimension = Number(metadata.dimension);
  if (!isDimension(dimension)) fail(`expected a dimension from 1 to ${MAX_DIMENSION}, found ${found('dimension')}`);
  const lines = tensors.get('words')?.values;
  const scales = tensors.get('scales')?.values;
  const codes = tensors.get('codes')?.values;
  if (!(lines instanceof Uint8Array && scales instanceof Float32Array && codes instanceof Int8Array))
    return fail('expected the tensors words (U8), scales (F32) and codes (I8)');
  const words = lines.length === 0 ? [] : wordsIn(lines, fail);
  if (scales.length !== words.length || codes.length !== words.length * packedWidth(dimension, bits))
    fail(`${words.length} words, ${scales.length} scales and ${codes.length} codes do not fit each other`);
  const shapes = { words: [lines.length], scales: [words.length], codes: [words.length, packedWidth(dimension, bits)] };
  for (const [name, expected] of Object.entries(shapes)) {
    const shape = tensors.get(name)?.shape ?? [];
    if (shape.join() !== expected.join())
      fail(`${name} has shape (${shape.join(', ')}), expected (${expected.join(', ')})`);
  }
  if (tensors.size !== Object.keys(shapes).length) fail('it has other tensors besides words, scales and codes');
  if (!scales.every((scale) => scale >= 0 && Number.isFinite(scale))) fail('a scale is no finite number from 0');
  const { crc32: sum, ...checked } = metadata;
  if (!isHashed && sum !== undefined && sum !== checksum([...tensors.values()], checked))
    fail('its bytes are not those that were written; it was altered or damaged');
  const origin = originOf(metadata);
  const table = tableOf({ words, dimension, bits, origin, codes, scales, file });
  if (table.size !== words.length) fail('a word is there twice');
  if (table.words.includes('')) fail('a word is empty');
  if (!isHashed && sum === undefined) fail('its checksum is missing, so nobody knows whether it is whole');
  return table;
}

/** All vectors (V, D), one after another. */
export function decodeAll({ size, dimension, decodeRow }: VectorTable): Float32Array {
  const out = new Float32Array(size * dimension);
  for (let row = 0; row < size; row++) decodeRow(row, out.subarray(row * dimension, (row + 1) * dimension));
  return out;
}

/** Whether a file that begins with these bytes, at least its header, claims to be a table of vectors. */
export function looksLikeVectorTable(head: Uint8Array): boolean {
  return new TextDecoder().decode(head.subarray(8, 8 + 4096)).includes(`"format":"onomast-vectors/`);
}

/** Of all that the file says. */
function checksum(tensors: readonly Tensor<TensorValues>[], metadata: Readonly<Record<string, string>>): string {
  const bytes = ({ values }: Tensor<TensorValues>): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return String(crc32([new TextEncoder().encode(JSON.stringify(metadata)), ...tensors.map(bytes)]));
}

function originOf(metadata: Readonly<Record<string, string>>): VectorOrigin {
  return Object.fromEntries(ORIGIN_KEYS.map((key) => [key, metadata[key] ?? ''])) as unknown as VectorOrigin;
}

function isDimension(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_DIMENSION;
}

interface TableParts extends Pick<VectorTable, 'words' | 'dimension' | 'bits' | 'origin' | 'file'> {
  readonly codes: Int8Array;
  readonly scales: Float32Array;
}

function tableOf(parts: TableParts): VectorTable {
  const { words, dimension, bits, origin, file, codes, scales } = parts;
  const rows = new Map<string, number>();
  words.forEach((word, row) => {
    rows.set(word, row);
  });
  const width = packedWidth(dimension, bits);
  return {
    words,
    dimension,
    bits,
    origin,
    file,
    size: rows.size,
    id: (word) => lookUp(rows, word) ?? -1,
    decodeRow(row, out) {
      dequantizeRow(out, codes.subarray(row * width, (row + 1) * width), scales[row], bits);
    },
  };
}

function wordsIn(lines: Uint8Array, fail: (problem: string) => never): string[] {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(lines).split('\n');
  } catch {
    return fail('the words are not valid UTF-8');
  }
}
