import { createSpellings, type Spellings } from '#engine/layers/character-batch.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';

/** Encoded sentences in shared memory: one block a feature, so that threads see them without a copy. */
export interface PackedSentences {
  readonly lengths: SharedArrayBuffer;
  readonly ids: readonly SharedArrayBuffer[];
  readonly tags: SharedArrayBuffer;
  /** Where the sentences have them. */
  readonly spellings?: { readonly [Key in keyof Spellings]: SharedArrayBuffer };
}

/** All sentences must bear tags. */
export function packSentences(sentences: readonly EncodedSentence[]): PackedSentences {
  const features = sentences[0]?.ids.length ?? 0;
  const spellings = sentences.flatMap((sentence) => sentence.spellings ?? []);
  return {
    lengths: shared([sentences.map(({ length }) => length)]),
    ids: Array.from({ length: features }, (_, f) => shared(sentences.map(({ ids }) => ids[f]))),
    tags: shared(sentences.map(({ tags }) => tags!)),
    ...(spellings.length > 0 && { spellings: sharedSpellings(createSpellings(spellings)) }),
  };
}

/** Views of the shared blocks. */
export function unpackSentences({ lengths, ids, tags, spellings }: PackedSentences): EncodedSentence[] {
  const spellingsOfRows = spellings && unpackSpellings(spellings);
  let at = 0;
  return Array.from(new Int32Array(lengths), (length) => {
    const start = at;
    at += length;
    return {
      length,
      ids: ids.map((block) => new Int32Array(block, 4 * start, length)),
      tags: new Int32Array(tags, 4 * start, length),
      ...(spellingsOfRows && { spellings: spellingsOfRows(start, length) }),
    };
  });
}

function sharedSpellings({ ids, starts, wordOfRow }: Spellings): NonNullable<PackedSentences['spellings']> {
  return { ids: shared([ids]), starts: shared([starts]), wordOfRow: shared([wordOfRow]) };
}

/** The spellings of so many tokens from token `start` on; equal words share one array again. */
function unpackSpellings(
  spellings: NonNullable<PackedSentences['spellings']>,
): (start: number, length: number) => Int32Array[] {
  const starts = new Int32Array(spellings.starts);
  const words = Array.from(
    { length: starts.length - 1 },
    (_, u) => new Int32Array(spellings.ids, 4 * starts[u], starts[u + 1] - starts[u]),
  );
  return (start, length) => Array.from(new Int32Array(spellings.wordOfRow, 4 * start, length), (u) => words[u]);
}

/** One after the other. */
function shared(parts: readonly ArrayLike<number>[]): SharedArrayBuffer {
  const all = new Int32Array(new SharedArrayBuffer(4 * parts.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.buffer as SharedArrayBuffer;
}
