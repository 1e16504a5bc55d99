/** The character ids of a minibatch's words: those of U different words one after the other, and which word each row is. */
export interface CharacterBatch {
  /** (L): character ids; word u has those from `starts[u]` up to but not including `starts[u + 1]`. */
  readonly ids: Int32Array;
  /** U + 1 places in `ids`. */
  readonly starts: Int32Array;
  /** (N): the word of every row. */
  readonly wordOfRow: Int32Array;
}

/**
 * `rows[i]` holds the characters of row i, at least one. Rows that share one array share one word, so that what depends on
 * the word alone is computed once.
 */
export function createCharacterBatch(rows: readonly Int32Array[]): CharacterBatch {
  const words = new Map<Int32Array, number>();
  const wordOfRow = Int32Array.from(rows, (characters) => {
    const known = words.get(characters);
    if (known !== undefined) return known;
    words.set(characters, words.size);
    return words.size - 1;
  });
  const distinct = [...words.keys()];
  const starts = new Int32Array(distinct.length + 1);
  distinct.forEach((characters, u) => {
    starts[u + 1] = starts[u] + characters.length;
  });
  const ids = new Int32Array(starts[distinct.length]);
  distinct.forEach((characters, u) => {
    ids.set(characters, starts[u]);
  });
  return { ids, starts, wordOfRow };
}
