import { AppError } from '#base/errors.js';
import { decodeModel, type ModelMeta, type ModelPart, partsOf } from '#tagging/model/model-files.js';
import type { Entity, ModelIdentity, Tagger } from '#tagging/tagger/entity.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { kernelsFrom } from './bundled-kernels.js';
import { decodeZ85 } from './z85.js';

/** What an exported module carries beside this program: bundled, it is all that the module is made of. */
export interface EmbeddedModel {
  readonly identity: Pick<ModelIdentity, 'id' | 'version'>;
  readonly meta: ModelMeta;
  /** Where each part lies in the data, and the kernels. */
  readonly parts: Readonly<Record<string, readonly [start: number, end: number]>>;
  /** Of the compressed data. */
  readonly bytes: number;
  /** Texts, and the names that the program found in them when the module was written. */
  readonly vector: readonly TestCase[];
}

export interface TestCase {
  readonly text: string;
  /** Takes long, so `loadTagger` leaves it to `check`. */
  readonly isForCheck?: boolean;
  readonly entities: readonly Pick<Entity, 'start' | 'end' | 'label' | 'score'>[];
}

/** Written before the bundle: the description, and the data as text. */
declare const ONOMAST_MODEL: EmbeddedModel;
declare const ONOMAST_DATA: string;

/** Scores may differ in the last bits where the kernels round otherwise. */
const SCORE_TOLERANCE = 1e-3;

let loading: Promise<Tagger> | undefined;

/**
 * The tagger, which is unpacked when it is first asked for, and then kept.
 *
 * @throws {Error} if it does not find in the test vector what the program found that wrote this module.
 */
export function loadTagger(): Promise<Tagger> {
  loading ??= unpack();
  return loading;
}

/** What is wrong with the test vector, one line a text; none where all is well. */
export function check(tagger: Tagger): string[] {
  return differences(tagger, ONOMAST_MODEL.vector);
}

function differences(tagger: Tagger, vector: readonly TestCase[]): string[] {
  return vector.flatMap(({ text, entities }) => {
    const found = tagger.tag(text).entities;
    const isSame =
      found.length === entities.length &&
      found.every(({ start, end, label, score }, i) => {
        const expected = entities[i];
        const isSpan = start === expected.start && end === expected.end && label === expected.label;
        return isSpan && Math.abs(score - expected.score) <= SCORE_TOLERANCE;
      });
    const listed = (list: typeof entities): string =>
      JSON.stringify(list.map(({ start, end, label }) => [start, end, label]));
    return isSame ? [] : [`"${text}": expected ${listed(entities)}, found ${listed(found)}`];
  });
}

async function unpack(): Promise<Tagger> {
  const { identity, meta, parts, bytes } = ONOMAST_MODEL;
  const compressed = new Blob([decodeZ85(ONOMAST_DATA, bytes)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const data = new Uint8Array(await new Response(compressed).arrayBuffer());
  const part = (name: string): Uint8Array<ArrayBuffer> => data.slice(...parts[name]);
  const named = (name: ModelPart) => [name, part(name)] as const;
  const { model, tokenizer, calibration } = decodeModel({
    meta,
    parts: Object.fromEntries(partsOf(meta).map(named)) as Parameters<typeof decodeModel>[0]['parts'],
    // gzip has a checksum of its own; the hashes were compared when the module was written.
    hashes: Object.fromEntries(partsOf(meta).map((name) => [name, meta[`${name}_sha256`] ?? ''])),
    where: identity.id,
    kernels: kernelsFrom(part('kernels')),
  });
  const { temperature, memory } = calibration;
  const tagger = createTagger(
    model,
    { ...identity, sha256: meta.weights_sha256 },
    { tokenizer, isFinal: true, temperature, memory },
  );
  const wrong = differences(
    tagger,
    ONOMAST_MODEL.vector.filter(({ isForCheck = false }) => !isForCheck),
  );
  if (wrong.length === 0) return tagger;
  throw new AppError('damaged_model', `${identity.id}: the test vector of this module fails here: ${wrong.join('; ')}`);
}
