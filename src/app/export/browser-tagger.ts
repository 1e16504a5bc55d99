import { AppError, messageOf } from '#base/errors.js';
import {
  decodeMeta,
  decodeModel,
  META_FILE,
  type ModelParts,
  PART_FILES,
  partsOf,
} from '#tagging/model/model-files.js';
import type { ModelIdentity, Tagger } from '#tagging/tagger/entity.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { kernelsFrom } from './bundled-kernels.js';

/** The kernels as base 64, written here when the bundle is made. */
declare const ONOMAST_KERNELS: string;

/** The bytes of a model's files by their names: `meta.json`, `config.json`, `vocab.json`, `weights.safetensors` and so on. */
export type ModelBytes = Readonly<Record<string, Uint8Array | ArrayBuffer>>;

export interface LoadBrowserTaggerOptions {
  /** What answers call the model; the name in its meta.json and version 0 unless told. */
  readonly identity?: Pick<ModelIdentity, 'id' | 'version'>;
  /** Fetches the files of a model at an address; the browser's own unless told. */
  readonly fetch?: (url: string) => Promise<Response>;
}

/**
 * A tagger where there are no files: in a browser, a worker, an edge function. Every byte is compared with the hashes of the
 * model's meta.json, for which browsers ask for https, or for localhost.
 *
 * @param model The address of a model's directory, such as `/models/names-en/`; or the bytes of its files.
 * @throws {AppError} `invalid_argument`; `io_error` if a file cannot be fetched; `damaged_model`, `incompatible_model`
 *
 * @example
 * const tagger = await loadTagger('/models/names-en/');
 * tagger.tag('Ada Lovelace met José.').entities;
 */
export async function loadTagger(
  model: string | URL | ModelBytes,
  { identity, fetch: fetchFile = fetch }: LoadBrowserTaggerOptions = {},
): Promise<Tagger> {
  const where = typeof model === 'string' || model instanceof URL ? folderOf(model) : 'the model';
  const read =
    typeof model === 'string' || model instanceof URL
      ? (file: string) => fetched(where + file, fetchFile)
      : async (file: string) => given(model, file);
  if (globalThis.crypto?.subtle === undefined)
    throw new AppError(
      'incompatible_model',
      'loadTagger: this page cannot compare hashes; expected it to be served over https or from localhost',
    );
  const meta = decodeMeta(await read(META_FILE), where);
  const parts = await Promise.all(
    partsOf(meta).map(async (part) => {
      const bytes = await read(PART_FILES[part]);
      return { part, bytes, hash: hexOf(await crypto.subtle.digest('SHA-256', bytes)) };
    }),
  );
  const decoded = decodeModel({
    meta,
    parts: Object.fromEntries(parts.map(({ part, bytes }) => [part, bytes])) as unknown as ModelParts,
    hashes: Object.fromEntries(parts.map(({ part, hash }) => [part, hash])),
    where,
    kernels: kernelsFrom(Uint8Array.from(atob(ONOMAST_KERNELS), (character) => character.charCodeAt(0))),
  });
  const { temperature, memory } = decoded.calibration;
  return createTagger(
    decoded.model,
    { ...(identity ?? { id: meta.name, version: 0 }), sha256: meta.weights_sha256 },
    { tokenizer: decoded.tokenizer, isFinal: true, temperature, memory },
  );
}

function folderOf(model: string | URL): string {
  const address = String(model);
  if (address === '') throw new AppError('invalid_argument', 'loadTagger: "model" must be an address, found ""');
  return address.endsWith('/') ? address : `${address}/`;
}

async function fetched(url: string, fetchFile: (url: string) => Promise<Response>): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetchFile(url);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new AppError('io_error', `loadTagger: ${url} cannot be fetched: ${messageOf(cause)}`, { cause });
  }
  throw new AppError('io_error', `loadTagger: ${url} was answered with the status ${response.status}`);
}

function given(model: ModelBytes, file: string): Uint8Array<ArrayBuffer> {
  const bytes: unknown = model?.[file];
  if (bytes instanceof Uint8Array) return new Uint8Array(bytes);
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  const found = bytes === undefined ? 'none' : typeof bytes;
  throw new AppError('invalid_argument', `loadTagger: expected the bytes of ${file} in "model", found ${found}`);
}

function hexOf(hash: ArrayBuffer): string {
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
