import { createReadStream, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { createTarDecoder, packTar } from 'modern-tar';
import { isModelName } from '#app/store/models.js';
import type { Registry } from '#app/store/registry.js';
import { AppError, messageOf } from '#base/errors.js';
import { makeDirectory } from '#base/files/make-directory.js';
import { readRegularFile } from '#base/files/read-regular-file.js';
import { writeError } from '#base/files/write-error.js';
import { shown } from '#base/quoted.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { isModelDirectory, readModelFiles, replaceDirectory, sha256 } from '#tagging/model/model-directory.js';
import {
  decodeMeta,
  decodeModel,
  encodeMeta,
  META_FILE,
  type ModelMeta,
  type ModelParts,
  PART_FILES,
  partsOf,
} from '#tagging/model/model-files.js';
import { freeModelPath } from './free-model-path.js';
import { registryName } from './recording-observer.js';

/**
 * A model as one file: a gzip-compressed tar archive of one folder. Its first file, manifest.json, tells the length and the
 * SHA-256 of each other one: those of the model and its card.
 */
const FORMAT = 'onomast-archive/1';
const MANIFEST_FILE = 'manifest.json';
const CARD_FILE = 'README.md';

/** The files that may be in an archive, and the most bytes of each. */
const MOST_BYTES: Readonly<Record<string, number>> = {
  [MANIFEST_FILE]: 1 << 16,
  [CARD_FILE]: 1 << 20,
  [META_FILE]: 1 << 24,
  [PART_FILES.config]: 1 << 20,
  [PART_FILES.vocab]: 1 << 28,
  [PART_FILES.weights]: 1 << 30,
  [PART_FILES.vectors]: 1 << 30,
};
/** Of all files together: they are in memory at once. */
const MOST_BYTES_TOGETHER = 1 << 30;
/** Headers and padding of so few files are small; a tar archive may end in any number of blocks of zeros. */
const MOST_BYTES_BESIDE = 1 << 20;

interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

interface Manifest {
  readonly format: typeof FORMAT;
  readonly files: Readonly<Record<string, FileFacts>>;
}

/**
 * The same model gives the same bytes, whenever it is packed.
 *
 * @param path A model directory.
 * @param name What the folder in the archive and, unless it is taken, the imported model will be called.
 * @throws {AppError} `damaged_model`, `incompatible_model`, `unknown_model`, `io_error`
 */
export async function packModel(path: string, name: string): Promise<Uint8Array> {
  const found = readModelFiles(path);
  decodeModel({ ...found, where: path, kernels: createReferenceKernels('float32') }); // what is not sound is not passed on
  const card = join(path, CARD_FILE);
  const files: Record<string, Uint8Array> = {
    [META_FILE]: encodeMeta({ ...found.meta, name: registryName(name) }),
    ...Object.fromEntries(partsOf(found.meta).map((part) => [PART_FILES[part], found.parts[part]!])),
    ...(existsSync(card) && { [CARD_FILE]: readFileSync(card) }),
  };
  const facts = Object.entries(files).map(([file, bytes]) => [file, { bytes: bytes.length, sha256: sha256(bytes) }]);
  const manifest: Manifest = { format: FORMAT, files: Object.fromEntries(facts) };
  const mtime = new Date(Number.isNaN(Date.parse(found.meta.created)) ? 0 : found.meta.created);
  const listed = { [MANIFEST_FILE]: Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`), ...files };
  const tar = await packTar(
    Object.entries(listed).map(([file, body]) => ({
      header: { name: `${registryName(name)}/${file}`, size: body.length, mtime, type: 'file' as const },
      body,
    })),
  );
  return gzipSync(tar, { level: 9 });
}

export interface UnpackedModel {
  readonly meta: ModelMeta;
  readonly labels: readonly string[];
  /** All but the manifest, by name; nothing else was in the archive. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/**
 * Reads an archive and proves it: each file is one that a model may have, as long as the manifest says, with the hash that
 * the manifest says, and all of them together are a model that loads. No more is unpacked than the manifest announces, and
 * nothing is written.
 *
 * @throws {AppError} `damaged_model`, `incompatible_model`; `io_error` if the file cannot be read.
 */
export async function unpackModel(file: string): Promise<UnpackedModel> {
  const files = await readArchive(file);
  const meta = decodeMeta(files[META_FILE], file);
  checkMeta(meta, file);
  const parts = partsOf(meta).map((part) => {
    const bytes = files[PART_FILES[part]];
    if (bytes === undefined) throw damaged(file, `the file ${PART_FILES[part]} is missing`);
    return [part, bytes] as const;
  });
  if (files[PART_FILES.vectors] !== undefined && meta.vectors_sha256 === undefined)
    throw damaged(file, `${PART_FILES.vectors} belongs to no model with this ${META_FILE}`);
  const { model } = decodeModel({
    meta,
    parts: Object.fromEntries(parts) as unknown as ModelParts,
    hashes: Object.fromEntries(parts.map(([part, bytes]) => [part, sha256(bytes)])),
    where: file,
    kernels: createReferenceKernels('float32'),
  });
  return { meta, labels: model.tagSet.labels, files };
}

export interface ImportedModel {
  readonly name: string;
  readonly version: number;
  readonly path: string;
  /** The very same model was registered before: nothing was written. */
  readonly isKnown: boolean;
}

/**
 * Writes an unpacked model below `directory`, where it replaces nothing, and registers it; it becomes active by nobody's doing
 * but a person's.
 *
 * @throws {AppError} `io_error`, `disk_full`, `database_error`, `database_busy`; nothing is left behind then.
 */
export function importModel(
  { meta, labels, files }: UnpackedModel,
  { registry, directory }: { readonly registry: Pick<Registry, 'models'>; readonly directory: string },
): ImportedModel {
  const known = registry.models.list().find(({ path }) => holdsFiles(path, files));
  if (known) return { name: known.name, version: known.version, path: known.path, isKnown: true };
  const path = reservePath(directory, meta.name);
  try {
    replaceDirectory(path, files);
    const { name, version } = registry.models.register({
      name: meta.name,
      path,
      weightsSha256: meta.weights_sha256,
      dataSha256: meta.data_sha256,
      labels,
      scores: scoresOf(meta),
      config: {},
    });
    return { name, version, path, isKnown: false };
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    throw error;
  }
}

/** An empty folder that is made at once is nobody else's: two imports of one name do not meet. */
function reservePath(directory: string, name: string): string {
  for (let tried = ''; ; ) {
    const path = freeModelPath(directory, name, true);
    try {
      makeDirectory(directory);
      mkdirSync(path);
      return path;
    } catch (cause) {
      // Another import was quicker; or, the second time, it is a link that leads nowhere.
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST' || path === tried)
        throw writeError(path, cause, 'cannot write');
      tried = path;
    }
  }
}

function holdsFiles(path: string, files: UnpackedModel['files']): boolean {
  if (!isModelDirectory(path)) return false;
  try {
    // Of the other files, this one holds the hashes.
    return Buffer.compare(readRegularFile(join(path, META_FILE), MOST_BYTES[META_FILE]), files[META_FILE]) === 0;
  } catch {
    return false;
  }
}

async function readArchive(file: string): Promise<Record<string, Uint8Array>> {
  assertRegularFile(file);
  const gunzip = createGunzip();
  pipeline(createReadStream(file), gunzip, () => {}); // what goes wrong comes out of `gunzip`
  const decoder = createTarDecoder({ strict: true });
  let most = MOST_BYTES[MANIFEST_FILE] + MOST_BYTES_BESIDE;
  const feeding = feed(gunzip, decoder.writable, () => most);
  try {
    let manifest: Manifest | undefined;
    let folder: string | undefined;
    const files: Record<string, Uint8Array> = {};
    for await (const { header, body } of decoder.readable) {
      const shown = JSON.stringify(header.name.slice(0, 80));
      const [, itsFolder, name] = /^(?:\.\/)?(?:([^/]+)\/)?([^/]+)$/.exec(header.name) ?? [];
      folder ??= itsFolder ?? '';
      const isPlaced = name !== undefined && (itsFolder ?? '') === folder && folder !== '..';
      if (header.type !== 'file' || !isPlaced || !Object.hasOwn(MOST_BYTES, name))
        throw damaged(file, `expected the files of a model in one folder, found ${header.type} ${shown}`);
      if (manifest === undefined) {
        if (name !== MANIFEST_FILE)
          throw damaged(
            file,
            `expected ${MANIFEST_FILE} as the first file, found ${shown}; this is no archive of \`export --to archive\``,
          );
        if (header.size > MOST_BYTES[name]) throw damaged(file, `${name} has ${header.size} bytes`);
        manifest = parseManifest(await bytesOf(body, header.size, file, name), file);
        for (const { bytes } of Object.values(manifest.files)) most += bytes;
        continue;
      }
      if (!Object.hasOwn(manifest.files, name) || Object.hasOwn(files, name))
        throw damaged(file, `${shown} is not in the manifest, or twice in the archive`);
      const facts = manifest.files[name];
      if (header.size !== facts.bytes)
        throw damaged(file, `${name} has ${header.size} bytes, the manifest says ${facts.bytes}`);
      const bytes = await bytesOf(body, header.size, file, name);
      const found = sha256(bytes);
      if (found !== facts.sha256) {
        const hashes = `SHA-256 ${found.slice(0, 12)}…, the manifest says ${facts.sha256.slice(0, 12)}…`;
        throw damaged(file, `${name} has ${hashes}; the archive was altered or cut off`);
      }
      files[name] = bytes;
    }
    const missing = Object.keys(manifest?.files ?? { [MANIFEST_FILE]: 0 }).filter(
      (name) => !Object.hasOwn(files, name),
    );
    if (missing.length > 0) throw damaged(file, `${missing.join(', ')} is missing`);
    return files;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if ((cause as NodeJS.ErrnoException).syscall !== undefined) throw unreadable(file, cause);
    throw damaged(file, `no whole gzip-compressed tar archive: ${messageOf(cause)}`, cause);
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

/** Passes on what is unpacked, until it is more than it may be by what is known of the archive so far. */
async function feed(
  from: AsyncIterable<Uint8Array>,
  to: WritableStream<Uint8Array>,
  most: () => number,
): Promise<void> {
  const writer = to.getWriter();
  try {
    let sum = 0;
    for await (const chunk of from) {
      sum += chunk.length;
      if (sum > most()) throw new Error(`it unpacks to more than the ${most()} bytes that it may hold`);
      await writer.write(chunk);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
  }
}

/** Memory is taken as bytes arrive, not as a header announces them. */
async function bytesOf(
  body: ReadableStream<Uint8Array>,
  size: number,
  file: string,
  name: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length !== size) throw damaged(file, `${name} ends after ${bytes.length} of ${size} bytes`);
  return bytes;
}

function parseManifest(bytes: Uint8Array, file: string): Manifest {
  let manifest: Partial<Manifest> | null = null;
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<Manifest> | null;
  } catch {}
  if (manifest?.format !== FORMAT) {
    const found = shown(manifest?.format);
    throw new AppError('incompatible_model', `${file}: expected an archive of format "${FORMAT}", found ${found}`);
  }
  const isFacts = ([name, facts]: [string, Partial<FileFacts> | null]): boolean =>
    name !== MANIFEST_FILE &&
    Object.hasOwn(MOST_BYTES, name) &&
    Number.isSafeInteger(facts?.bytes) &&
    facts!.bytes! >= 0 &&
    facts!.bytes! <= MOST_BYTES[name] &&
    /^[0-9a-f]{64}$/.test(String(facts?.sha256));
  const files = typeof manifest.files === 'object' && manifest.files !== null ? manifest.files : {};
  const wrong = Object.entries(files).find((entry) => !isFacts(entry));
  if (wrong) throw damaged(file, `the manifest tells of ${JSON.stringify(wrong).slice(0, 200)}, which no model has`);
  const sum = Object.values(files).reduce((total, { bytes: one }) => total + one, 0);
  if (sum > MOST_BYTES_TOGETHER)
    throw damaged(
      file,
      `the manifest tells of ${sum} bytes, more than the ${MOST_BYTES_TOGETHER} of the largest model`,
    );
  if (!Object.hasOwn(files, META_FILE)) throw damaged(file, `the manifest tells of no ${META_FILE}`);
  return { format: FORMAT, files };
}

/** Pages and lists show these fields without looking again. */
function checkMeta(meta: ModelMeta, file: string): void {
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  const isFile = (value: unknown): boolean => {
    const { name, sha256, format, names, ...rest } = (isObject(value) ? value : {}) as Record<string, unknown>;
    const { in: all, aligned, repaired, left_out } = (isObject(names) ? names : {}) as Record<string, unknown>;
    const counts = [all, aligned, repaired, left_out, rest.documents, rest.sentences, rest.tokens, rest.left_out];
    return [name, sha256, format].every(isText) && counts.every(Number.isSafeInteger);
  };
  const isSource = (value: unknown): boolean => {
    const { role, name, sentences, files = [] } = (isObject(value) ? value : {}) as Record<string, unknown>;
    const areFiles = Array.isArray(files) && files.every(isFile);
    return isText(role) && isText(name) && Number.isSafeInteger(sentences) && areFiles;
  };
  const checks: { readonly [name in keyof ModelMeta]?: (value: unknown) => boolean } = {
    name: (value) => isText(value) && isModelName(value as string),
    description: isText,
    created: (value) => isText(value) && !Number.isNaN(Date.parse(value as string)),
    license: isText,
    labels: isTexts,
    sources: (value) => Array.isArray(value) && value.every(isSource),
    data_sha256: isText,
    weights_sha256: isText,
    seed: Number.isSafeInteger,
    parameters: Number.isSafeInteger,
    performance: isObject,
    tokenizer: isObject,
    onomast: isText,
    node: isText,
  };
  for (const [name, isRight] of Object.entries(checks)) {
    const value = meta[name as keyof ModelMeta];
    if (!isRight(value)) {
      const found = shown(value);
      throw damaged(file, `${META_FILE}: "${name}" is not what this program writes there, found ${found}`);
    }
  }
}

function scoresOf({ performance }: ModelMeta): Record<string, number> {
  const dev = (performance.dev ?? {}) as Readonly<Record<string, unknown>>;
  const named = { precision: dev.overall_precision, recall: dev.overall_recall, f1: dev.overall_f1 };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}

/** A pipe is never read: it may not end. */
function assertRegularFile(file: string): void {
  let isFile: boolean;
  try {
    isFile = statSync(file).isFile();
  } catch (cause) {
    throw unreadable(file, cause);
  }
  if (!isFile) throw new AppError('io_error', `${file}: expected a regular file, found something else`);
}

function unreadable(file: string, cause: unknown): AppError {
  return new AppError('io_error', `${file}: cannot read: ${messageOf(cause)}`, { cause });
}

function damaged(file: string, problem: string, cause?: unknown): AppError {
  return new AppError('damaged_model', `${file}: ${problem}`, { cause });
}
