import { type CharacterBatch, createCharacterBatch } from '#engine/layers/character-batch.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';

/** Encoded sentences in shared memory: one block a feature, so that threads see them without a copy. */
export interface PackedSentences {
  readonly lengths: SharedArrayBuffer;
  readonly ids: readonly SharedArrayBuffer[];
  readonly tags: SharedArrayBuffer;
  /** Where the sentences have them. */
  readonly characters?: { readonly [Key in keyof CharacterBatch]: SharedArrayBuffer };
}

/** All sentences must bear tags. */
export function packSentences(sentences: readonly EncodedSentence[]): PackedSentences {
  const features = sentences[0]?.ids.length ?? 0;
  const characterIds = sentences.flatMap((sentence) => sentence.characterIds ?? []);
  return {
    lengths: shared([sentences.map(({ length }) => length)]),
    ids: Array.from({ length: features }, (_, f) => shared(sentences.map(({ ids }) => ids[f]))),
    tags: shared(sentences.map(({ tags }) => tags!)),
    ...(characterIds.length > 0 && { characters: sharedCharacters(createCharacterBatch(characterIds)) }),
  };
}

/** Views of the shared blocks. */
export function unpackSentences({ lengths, ids, tags, characters }: PackedSentences): EncodedSentence[] {
  const idsOfRows = characters && unpackCharacters(characters);
  let at = 0;
  return Array.from(new Int32Array(lengths), (length) => {
    const start = at;
    at += length;
    return {
      length,
      ids: ids.map((block) => new Int32Array(block, 4 * start, length)),
      tags: new Int32Array(tags, 4 * start, length),
      ...(idsOfRows && { characterIds: idsOfRows(start, length) }),
    };
  });
}

function sharedCharacters({ ids, starts, wordOfRow }: CharacterBatch): NonNullable<PackedSentences['characters']> {
  return { ids: shared([ids]), starts: shared([starts]), wordOfRow: shared([wordOfRow]) };
}

/** The character ids of so many tokens from token `start` on; equal words share one array again. */
function unpackCharacters(
  characters: NonNullable<PackedSentences['characters']>,
): (start: number, length: number) => Int32Array[] {
  const starts = new Int32Array(characters.starts);
  const words = Array.from(
    { length: starts.length - 1 },
    (_, u) => new Int32Array(characters.ids, 4 * starts[u], starts[u + 1] - starts[u]),
  );
  return (start, length) => Array.from(new Int32Array(characters.wordOfRow, 4 * start, length), (u) => words[u]);
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
