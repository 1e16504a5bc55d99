import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError, messageOf } from '#base/errors.js';
import { writeDurably } from '#base/files/atomic-write.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { readRegularFile, UnusableFile } from '#base/files/read-regular-file.js';
import { writeError } from '#base/files/write-error.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import {
  decodeMeta,
  decodeModel,
  encodeMeta,
  encodeModel,
  type LoadedModel,
  META_FILE,
  type ModelDescription,
  type ModelMeta,
  type ModelPart,
  type ModelParts,
  type ModelSettings,
  PART_FILES,
  type PartHashes,
  partsOf,
} from './model-files.js';
import type { TaggerModel } from './tagger-model.js';

/** Those that every model has. */
const FILES = [PART_FILES.config, PART_FILES.vocab, PART_FILES.weights, META_FILE] as const;
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
  settings: ModelSettings,
  description: ModelDescription,
  /** Whether a model that is in the way is put aside, where `keptVersion` says, instead of being deleted. */
  { keepsPrevious = false }: { readonly keepsPrevious?: boolean } = {},
): ModelMeta {
  const { parts, meta: metaOf } = encodeModel(model, settings, description);
  const meta = metaOf(basename(resolve(path)), hashesOf(parts));
  const files = partsOf(meta).map((part) => [PART_FILES[part], parts[part]!]);
  const previous = weightsHashOf(path);
  const keptAs = keepsPrevious && previous !== undefined ? keptVersion(path, previous) : undefined;
  const isKept = keptAs === undefined || existsSync(keptAs);
  replaceDirectory(path, { ...Object.fromEntries(files), [META_FILE]: encodeMeta(meta) }, isKept ? undefined : keptAs);
  if (keptAs !== undefined && previous === meta.weights_sha256) removeQuietly(keptAs); // it has its place again
  return meta;
}

/** Where the model with these weights lies after another one was saved to its `path`. */
export function keptVersion(path: string, weightsSha256: string): string {
  return join(`${resolve(path)}.versions`, weightsSha256.slice(0, 16));
}

/** What the meta.json of a model says of its weights; undefined where it says nothing. */
export function weightsHashOf(path: string): string | undefined {
  try {
    const { weights_sha256 } = JSON.parse(
      new TextDecoder().decode(readRegularFile(join(path, META_FILE), MAX_FILE_BYTES)),
    ) as Partial<ModelMeta>;
    return /^[0-9a-f]{64}$/.test(String(weights_sha256)) ? weights_sha256 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Atomic for readers: the files are complete on disk before the name points at them.
 *
 * @param keptAs Where the directory that was there goes; without it, it is deleted.
 */
export function replaceDirectory(path: string, files: Readonly<Record<string, Uint8Array>>, keptAs?: string): void {
  assertWritableModelPath(path);
  const suffix = `${process.pid}-${Date.now().toString(36)}`;
  const temporary = `${resolve(path)}.writing-${suffix}`;
  const previous = keptAs ?? `${resolve(path)}.previous-${suffix}`;
  try {
    makeDirectory(temporary);
    for (const [name, bytes] of Object.entries(files)) writeDurably(join(temporary, name), bytes);
    if (keptAs) makeDirectory(dirname(keptAs));
    if (existsSync(path)) renameSync(path, previous);
    if (keptAs) syncDirectory(dirname(keptAs));
    renameSync(temporary, path);
    if (!keptAs) removeQuietly(previous);
    syncDirectory(dirname(resolve(path)));
  } catch (cause) {
    if (existsSync(previous) && !existsSync(path)) renameSync(previous, path);
    removeQuietly(temporary);
    throw writeError(path, cause, 'cannot write');
  }
}

/**
 * @throws {AppError} `unknown_model` if there is none at `path`; `damaged_model` or `incompatible_model` if it is not sound;
 *   `io_error` if it cannot be read.
 */
export function loadModel(path: string, kernels: Kernels): LoadedModel {
  return decodeModel({ ...readModelFiles(path), where: path, kernels });
}

/** The files of a model, read and hashed, but not looked into. */
export interface ModelFiles {
  readonly meta: ModelMeta;
  readonly parts: ModelParts;
  readonly hashes: PartHashes;
}

/**
 * @throws {AppError} `unknown_model` if there is none at `path`; `damaged_model` if a file is missing, too large or none;
 *   `incompatible_model` for a record of another format; `io_error` if it cannot be read.
 */
export function readModelFiles(path: string): ModelFiles {
  if (!existsSync(path)) throw new AppError('unknown_model', `model: there is nothing at "${path}"`);
  const assertThere = (file: string): void => {
    if (!existsSync(join(path, file)))
      throw new AppError('damaged_model', `${path}: the file ${file} is missing; this is no complete model`);
  };
  const read = (file: string): Uint8Array => {
    assertThere(file);
    return readModelFile(join(path, file));
  };
  FILES.forEach(assertThere);
  const meta = decodeMeta(read(META_FILE), path);
  const parts = Object.fromEntries(
    partsOf(meta).map((part) => [part, read(PART_FILES[part])]),
  ) as unknown as ModelParts;
  return { meta, parts, hashes: hashesOf(parts) };
}

function hashesOf(parts: ModelParts): PartHashes {
  return Object.fromEntries(Object.entries(parts).map(([part, bytes]) => [part as ModelPart, sha256(bytes)]));
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

function readModelFile(path: string): Uint8Array {
  try {
    return readRegularFile(path, MAX_FILE_BYTES);
  } catch (cause) {
    if (cause instanceof UnusableFile) throw new AppError('damaged_model', `${path}: ${cause.message}`, { cause });
    throw new AppError('io_error', `${path}: cannot read: ${messageOf(cause)}`, { cause });
  }
}
