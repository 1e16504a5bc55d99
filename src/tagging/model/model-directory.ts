import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Tokenizer, TokenizerIdentity } from '#annotation/text/tokenizer.js';
import { findTokenizer } from '#annotation/text/tokenizers.js';
import { AppError, messageOf } from '#base/errors.js';
import { writeDurably } from '#base/files/atomic-write.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { decodeMixedTensors, encodeTensors } from '#base/safetensors.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { featureListsOf, featureVocabulariesFrom } from '#tagging/features/features.js';
import { decodeVectorTable, type VectorOrigin } from '#tagging/vectors/vector-table.js';
import { type Calibration, parseCalibration } from './calibration.js';
import { parseOptions } from './config-options.js';
import { MODEL_OPTIONS } from './model-config.js';
import { unpackTables } from './quantized-tables.js';
import { createTaggerModel, loadTensors, parameterCount, storedTensors, type TaggerModel } from './tagger-model.js';
import { NO_REGULARIZATION } from './tagger-network.js';

/**
 * A model on disk is a directory: config.json (how to rebuild the network, its calibration), vocab.json (labels, words,
 * shapes, hashes of the names learned from), weights.safetensors, vectors.safetensors if it has pretrained vectors,
 * meta.json (what it is, how good it is, SHA-256 of the others). Nothing in it is executed.
 */
export interface ModelMeta {
  readonly format: typeof FORMAT;
  readonly name: string;
  readonly description: string;
  readonly created: string;
  readonly license: string;
  readonly labels: readonly string[];
  /** Training data: file names and counts. */
  readonly sources: readonly { readonly role: string; readonly name: string; readonly sentences: number }[];
  readonly data_sha256: string;
  readonly config_sha256: string;
  readonly vocab_sha256: string;
  readonly weights_sha256: string;
  /** Only with pretrained vectors. */
  readonly vectors_sha256?: string;
  readonly vectors?: VectorOrigin;
  readonly seed: number;
  readonly parameters: number;
  /** Scores on the dev and test parts, by part; exact entity match. */
  readonly performance: Readonly<Record<string, unknown>>;
  readonly tokenizer: TokenizerIdentity;
  readonly onomast: string;
  readonly node: string;
}

/** What the caller knows; names, hashes and sizes are filled in when the directory is written. */
export type ModelDescription = Pick<
  ModelMeta,
  | 'description'
  | 'created'
  | 'license'
  | 'sources'
  | 'data_sha256'
  | 'seed'
  | 'performance'
  | 'tokenizer'
  | 'onomast'
  | 'node'
>;

/** What is kept with a model beside its network. */
export interface ModelSettings {
  /** What it was trained with. */
  readonly training: object;
  readonly calibration?: Calibration;
  /** Hashes of the names of the training data, whole numbers of 32 bits, for evaluations. */
  readonly entities?: readonly number[] | undefined;
}

export const FORMAT = 'onomast-model/1';
export const WEIGHTS_FILE = 'weights.safetensors';
const VECTORS_FILE = 'vectors.safetensors';
/** Those that every model has. */
const FILES = ['config.json', 'vocab.json', WEIGHTS_FILE, 'meta.json'] as const;
const MAX_FILE_BYTES = 1 << 30;

export function isModelDirectory(path: string): boolean {
  return FILES.every((file) => existsSync(join(path, file)));
}

/** @throws {AppError} `io_error` if `path` exists and is neither an empty directory nor a model. */
export function assertWritableModelPath(path: string): void {
  const isFree =
    !existsSync(path) || (statSync(path).isDirectory() && (readdirSync(path).length === 0 || isModelDirectory(path)));
  if (!isFree)
    throw new AppError(
      'io_error',
      `${path}: expected a new or empty directory or a model, found something else; nothing was overwritten`,
    );
}

/**
 * Writes the whole directory beside its destination, flushes it, then renames it into place: a reader sees the old
 * model or the new one, never half of one.
 */
export function saveModel(
  path: string,
  model: TaggerModel,
  { training, calibration, entities }: ModelSettings,
  description: ModelDescription,
): ModelMeta {
  const weights = encodeTensors(storedTensors(model), { format: FORMAT });
  const vocab = toJson({ labels: model.tagSet.labels, ...featureListsOf(model.vocabularies), entities });
  const config = toJson({ model: model.config, training, calibration });
  const { vectors } = model.vocabularies;
  const meta: ModelMeta = {
    format: FORMAT,
    name: basename(resolve(path)),
    ...description,
    labels: model.tagSet.labels,
    parameters: parameterCount(model),
    config_sha256: sha256(config),
    vocab_sha256: sha256(vocab),
    weights_sha256: sha256(weights),
    ...(vectors && { vectors_sha256: sha256(vectors.file), vectors: vectors.origin }),
  };
  replaceDirectory(path, {
    'config.json': config,
    'vocab.json': vocab,
    [WEIGHTS_FILE]: weights,
    ...(vectors && { [VECTORS_FILE]: vectors.file }),
    'meta.json': toJson(meta),
  });
  return meta;
}

/** Atomic for readers: the files are complete on disk before the name points at them. */
export function replaceDirectory(path: string, files: Readonly<Record<string, Uint8Array>>): void {
  assertWritableModelPath(path);
  const suffix = `${process.pid}-${Date.now().toString(36)}`;
  const temporary = `${resolve(path)}.writing-${suffix}`;
  const previous = `${resolve(path)}.previous-${suffix}`;
  try {
    makeDirectory(temporary);
    for (const [name, bytes] of Object.entries(files)) writeDurably(join(temporary, name), bytes);
    if (existsSync(path)) renameSync(path, previous);
    renameSync(temporary, path);
    removeQuietly(previous);
    syncDirectory(dirname(resolve(path)));
  } catch (cause) {
    if (existsSync(previous) && !existsSync(path)) renameSync(previous, path);
    removeQuietly(temporary);
    const code = (cause as NodeJS.ErrnoException).code;
    throw new AppError(code === 'ENOSPC' ? 'disk_full' : 'io_error', `${path}: cannot write: ${messageOf(cause)}`, {
      cause,
    });
  }
}

export interface LoadedModel {
  readonly model: TaggerModel;
  readonly meta: ModelMeta;
  /** The one whose tokens the model has learned from. */
  readonly tokenizer: Tokenizer;
  readonly trainingConfig: Readonly<Record<string, unknown>>;
  readonly calibration: Calibration;
  /** Absent in older models, and in those that learned from too many names. */
  readonly entities: readonly number[] | undefined;
}

/**
 * @throws {AppError} `unknown_model` if there is none at `path`; `damaged_model` or `incompatible_model` if it is not sound;
 *   `io_error` if it cannot be read.
 */
export function loadModel(path: string, kernels: Kernels): LoadedModel {
  if (!existsSync(path)) throw new AppError('unknown_model', `model: there is nothing at "${path}"`);
  const assertThere = (file: string): void => {
    if (!existsSync(join(path, file)))
      throw new AppError('damaged_model', `${path}: the file ${file} is missing; this is no complete model`);
  };
  const read = (file: string): Uint8Array => {
    assertThere(file);
    return readBounded(join(path, file));
  };
  FILES.forEach(assertThere);
  const metaBytes = read('meta.json');
  const meta = parseJson(metaBytes, join(path, 'meta.json')) as Partial<ModelMeta>;
  if (meta.format !== FORMAT) {
    throw new AppError(
      'incompatible_model',
      `${path}/meta.json: expected format "${FORMAT}", found ${JSON.stringify(meta.format)}`,
    );
  }
  const tokenizer = findTokenizer(meta.tokenizer, `${path}/meta.json`);
  const files = {
    config: read('config.json'),
    vocab: read('vocab.json'),
    weights: read(WEIGHTS_FILE),
    ...(meta.vectors_sha256 !== undefined && { vectors: read(VECTORS_FILE) }),
  };
  for (const [key, bytes] of Object.entries(files)) {
    const expected = meta[`${key}_sha256` as keyof ModelMeta];
    const found = sha256(bytes);
    if (found !== expected) {
      throw new AppError(
        'damaged_model',
        `${path}: ${key} has SHA-256 ${found.slice(0, 12)}…, meta.json says ${String(expected).slice(0, 12)}…; the model was altered or cut off`,
      );
    }
  }
  const config = parseJson(files.config, `${path}/config.json`);
  const vocab = parseJson(files.vocab, `${path}/vocab.json`);
  const lists = {
    words: asStrings(vocab.words, `${path}/vocab.json: words`),
    shapes: asStrings(vocab.shapes, `${path}/vocab.json: shapes`),
    characters: asStrings(vocab.characters ?? [], `${path}/vocab.json: characters`), // older models have none
  };
  const entities = vocab.entities === undefined ? undefined : asHashes(vocab.entities, `${path}/vocab.json: entities`);
  const calibration = understood(path, () => parseCalibration(config.calibration, 'config.json'));
  const vectors = files.vectors && decodeVectorTable(files.vectors, `${path}/${VECTORS_FILE}`, { isHashed: true });
  const model = understood(path, () =>
    createTaggerModel({
      config: parseOptions(MODEL_OPTIONS, asRecord(config.model), 'config.json'),
      vocabularies: featureVocabulariesFrom(lists, vectors),
      labels: asStrings(vocab.labels, `${path}/vocab.json: labels`),
      regularization: NO_REGULARIZATION,
      kernels,
      random: undefined,
    }),
  );
  const weightsFile = `${path}/${WEIGHTS_FILE}`;
  loadTensors(model, unpackTables(decodeMixedTensors(files.weights, weightsFile).tensors, weightsFile), weightsFile);
  return {
    model,
    meta: meta as ModelMeta,
    tokenizer,
    trainingConfig: asRecord(config.training),
    calibration,
    entities,
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, 'r');
    fsyncSync(directory);
    closeSync(directory);
  } catch {
    // Windows cannot open a directory; the rename is then as durable as the system makes it.
  }
}

/** What cannot be tidied away must not hide what went wrong, nor spoil what went well. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {}
}

function readBounded(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES)
      throw new AppError('damaged_model', `${path}: ${size} bytes are more than the limit of ${MAX_FILE_BYTES}`);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('io_error', `${path}: cannot read: ${messageOf(cause)}`, { cause });
  }
}

/** Settings and labels whose hashes are right but which this version of the program cannot use. */
function understood<T>(path: string, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    const isOurs =
      cause instanceof AppError && ['invalid_config', 'invalid_argument', 'invalid_tag'].includes(cause.code);
    if (!isOurs) throw cause;
    throw new AppError('incompatible_model', `${path}: ${cause.message}`, { cause });
  }
}

const toJson = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);

function parseJson(bytes: Uint8Array, where: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new AppError('damaged_model', `${where}: not valid JSON: ${messageOf(cause)}`, { cause });
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AppError('damaged_model', `model: expected a JSON object, found ${JSON.stringify(value)}`);
}

function asStrings(value: unknown, where: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new AppError('damaged_model', `${where}: expected a list of strings`);
}

function asHashes(value: unknown, where: string): number[] {
  if (Array.isArray(value) && value.every((item) => item === item >>> 0)) return value;
  throw new AppError('damaged_model', `${where}: expected a list of whole numbers of 32 bits`);
}
