import type { Tokenizer, TokenizerIdentity } from '#annotation/text/tokenizer.js';
import { findTokenizer } from '#annotation/text/tokenizers.js';
import { AppError, messageOf } from '#base/errors.js';
import { shown } from '#base/quoted.js';
import { decodeMixedTensors, encodeTensors } from '#base/safetensors.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { featureListsOf, featureVocabulariesFrom } from '#tagging/features/features.js';
import { decodeVectorTable, type VectorOrigin } from '#tagging/vectors/vector-table.js';
import { type Calibration, parseCalibration } from './calibration.js';
import { parseOptions } from './config-options.js';
import { MODEL_OPTIONS } from './model-config.js';
import { unpackTables } from './quantized-tables.js';
import {
  assertTensorsFit,
  createTaggerModel,
  loadTensors,
  parameterCount,
  planOf,
  storedTensors,
  type TaggerModel,
} from './tagger-model.js';
import { NO_REGULARIZATION } from './tagger-plan.js';

/**
 * A model is a few files, on disk a directory of them: config.json (how to rebuild the network, its calibration), vocab.json (labels, words,
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
  /** What was learned from and scored on: names, counts, and what was made of each file. */
  readonly sources: readonly ModelSource[];
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

/** One part of the data of a training. */
export interface ModelSource {
  /** train, dev or test */
  readonly role: string;
  readonly name: string;
  /** Of the part, after any was set apart from it. */
  readonly sentences: number;
  /** Of older models and of sentences that came from no file, absent. */
  readonly files?: readonly SourceFile[];
}

/** What the reading of one annotated file found, and what it did about it: the sums of its ledger. */
export interface SourceFile {
  /** Without directories. */
  readonly name: string;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
  readonly format: string;
  /** Of the tags; `null` where the file has spans. */
  readonly scheme: string | null;
  /** Of the spans; `null` where the file has tags. */
  readonly offset_unit: string | null;
  readonly documents: number;
  readonly sentences: number;
  readonly tokens: number;
  /** `in` = `aligned` + `repaired` + `left_out`. */
  readonly names: {
    readonly in: number;
    readonly aligned: number;
    readonly repaired: number;
    readonly left_out: number;
  };
  readonly comments: number;
  /** Records, rows and lines that were not read. */
  readonly left_out: number;
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

/** The files that meta.json holds hashes of, by the part of the model each is. */
export const PART_FILES = {
  config: 'config.json',
  vocab: 'vocab.json',
  weights: 'weights.safetensors',
  vectors: 'vectors.safetensors',
} as const;
export const META_FILE = 'meta.json';

export type ModelPart = keyof typeof PART_FILES;

/** The bytes of each part; only models with pretrained vectors have `vectors`. */
export type ModelParts = Readonly<Record<Exclude<ModelPart, 'vectors'>, Uint8Array>> & {
  readonly vectors?: Uint8Array;
};

/** Their SHA-256 in hexadecimal: whoever reads the bytes takes them, for Node and browsers do it differently. */
export type PartHashes = Readonly<Partial<Record<ModelPart, string>>>;

/** The parts that a model with this record has, in the order in which they are looked at. */
export function partsOf(meta: Pick<ModelMeta, 'vectors_sha256'>): readonly ModelPart[] {
  return meta.vectors_sha256 === undefined ? ['config', 'vocab', 'weights'] : ['config', 'vocab', 'weights', 'vectors'];
}

export interface EncodedModel {
  readonly parts: ModelParts;
  /** What meta.json holds, given the hashes of the parts. */
  meta(name: string, hashes: PartHashes): ModelMeta;
}

/** A model as bytes, ready to be written or sent. */
export function encodeModel(
  model: TaggerModel,
  { training, calibration, entities }: ModelSettings,
  description: ModelDescription,
): EncodedModel {
  const { vectors } = model.vocabularies;
  return {
    parts: {
      config: toJson({ model: model.config, training, calibration }),
      vocab: toJson({ labels: model.tagSet.labels, ...featureListsOf(model.vocabularies), entities }),
      weights: encodeTensors(storedTensors(model), { format: FORMAT }),
      ...(vectors && { vectors: vectors.file }),
    },
    meta: (name, hashes) => ({
      format: FORMAT,
      name,
      ...description,
      labels: model.tagSet.labels,
      parameters: parameterCount(model),
      config_sha256: hashes.config!,
      vocab_sha256: hashes.vocab!,
      weights_sha256: hashes.weights!,
      ...(vectors && { vectors_sha256: hashes.vectors!, vectors: vectors.origin }),
    }),
  };
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
 * What meta.json says, once it is clear that this program wrote it.
 *
 * @param where For messages: the model's directory or address.
 * @throws {AppError} `damaged_model`, `incompatible_model`
 */
export function decodeMeta(bytes: Uint8Array, where: string): ModelMeta {
  const meta = parseJson(bytes, `${where}/${META_FILE}`) as Partial<ModelMeta>;
  if (meta.format === FORMAT) return meta as ModelMeta;
  throw new AppError(
    'incompatible_model',
    `${where}/${META_FILE}: expected format "${FORMAT}", found ${shown(meta.format)}`,
  );
}

export interface EncodedModelInput {
  readonly meta: ModelMeta;
  readonly parts: ModelParts;
  /** As they were taken from `parts`. */
  readonly hashes: PartHashes;
  /** For messages: the model's directory or address. */
  readonly where: string;
  readonly kernels: Kernels;
}

/**
 * A model from its bytes, wherever they come from.
 *
 * @throws {AppError} `damaged_model` if a hash is not the one of the record; `incompatible_model` if this version of the
 *   program cannot use it.
 */
export function decodeModel({ meta, parts, hashes, where, kernels }: EncodedModelInput): LoadedModel {
  const tokenizer = findTokenizer(meta.tokenizer, `${where}/${META_FILE}`);
  for (const part of partsOf(meta)) {
    const expected = meta[`${part}_sha256`];
    const found = hashes[part];
    if (found !== expected) {
      throw new AppError(
        'damaged_model',
        `${where}: ${part} has SHA-256 ${String(found).slice(0, 12)}…, meta.json says ${String(expected).slice(0, 12)}…; the model was altered or cut off`,
      );
    }
  }
  const vocabFile = `${where}/${PART_FILES.vocab}`;
  const config = parseJson(parts.config, `${where}/${PART_FILES.config}`);
  const vocab = parseJson(parts.vocab, vocabFile);
  const lists = {
    words: asStrings(vocab.words, `${vocabFile}: words`),
    shapes: asStrings(vocab.shapes, `${vocabFile}: shapes`),
    characters: asStrings(vocab.characters ?? [], `${vocabFile}: characters`), // older models have none
  };
  const entities = vocab.entities === undefined ? undefined : asHashes(vocab.entities, `${vocabFile}: entities`);
  const calibration = understood(where, () => parseCalibration(config.calibration, 'config.json'));
  const vectors =
    parts.vectors && decodeVectorTable(parts.vectors, `${where}/${PART_FILES.vectors}`, { isHashed: true });
  const description = understood(where, () => ({
    config: parseOptions(MODEL_OPTIONS, asRecord(config.model), 'config.json'),
    vocabularies: featureVocabulariesFrom(lists, vectors),
    labels: asStrings(vocab.labels, `${vocabFile}: labels`),
    regularization: NO_REGULARIZATION,
  }));
  const weightsFile = `${where}/${PART_FILES.weights}`;
  const tensors = unpackTables(decodeMixedTensors(parts.weights, weightsFile).tensors, weightsFile);
  const plan = understood(where, () => planOf(description));
  assertTensorsFit(plan, tensors, weightsFile); // before memory is taken for what the settings ask for
  const model = understood(where, () => createTaggerModel({ ...description, kernels, random: undefined }));
  loadTensors(model, tensors, weightsFile);
  return { model, meta, tokenizer, trainingConfig: asRecord(config.training), calibration, entities };
}

export function encodeMeta(meta: ModelMeta): Uint8Array {
  return toJson(meta);
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

function toJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}

function parseJson(bytes: Uint8Array, where: string): Record<string, unknown> {
  try {
    return asRecord(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new AppError('damaged_model', `${where}: not valid JSON: ${messageOf(cause)}`, { cause });
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AppError('damaged_model', `model: expected a JSON object, found ${shown(value)}`);
}

function asStrings(value: unknown, where: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new AppError('damaged_model', `${where}: expected a list of strings`);
}

function asHashes(value: unknown, where: string): number[] {
  if (Array.isArray(value) && value.every((item) => item === item >>> 0)) return value;
  throw new AppError('damaged_model', `${where}: expected a list of whole numbers of 32 bits`);
}
