import { normalizeWord } from '#annotation/text/word-shape.js';
import type { UnlabelledText } from './unlabelled-text.js';

/** A sentence as it is learned from. */
export interface RowsOfSentence {
  /** Of its words that are learned, in their order. */
  readonly rows: readonly number[];
  /** All of its words. */
  readonly words: number;
}

/** Words whose rows are kept from the first reading on, for 4 bytes each; a longer text is read and cut anew every time. */
const MOST_KEPT = 16_000_000;

/** Reads a text as the rows of its words, as often as one likes, for the most part without reading the files again. */
export function readRows(
  text: UnlabelledText,
  {
    rows,
    words,
    mostKept = MOST_KEPT,
  }: {
    readonly rows: ReadonlyMap<string, number>;
    /** Of the text, all occurrences of all words. */
    readonly words: number;
    readonly mostKept?: number;
  },
): () => Iterable<RowsOfSentence> {
  const isKept = words <= mostKept;
  /** The rows of a sentence lie behind each other, -1 for a word that is not learned. */
  const kept = new Int32Array(isKept ? words : 0);
  let ends: Uint32Array | undefined;

  function* fromText(): Generator<RowsOfSentence> {
    const found: number[] = [];
    let at = 0;
    for (const sentence of text.sentences()) {
      const own: number[] = [];
      for (const word of sentence) {
        const row = rows.get(normalizeWord(word)) ?? -1;
        if (row >= 0) own.push(row);
        if (isKept) kept[at++] = row;
      }
      if (isKept) found.push(at);
      yield { rows: own, words: sentence.length };
    }
    if (isKept && at === kept.length) ends = Uint32Array.from(found);
  }

  function* fromMemory(sentenceEnds: Uint32Array): Generator<RowsOfSentence> {
    let from = 0;
    for (const end of sentenceEnds) {
      yield { rows: Array.from(kept.subarray(from, end)).filter((row) => row >= 0), words: end - from };
      from = end;
    }
  }

  return () => (ends ? fromMemory(ends) : fromText());
}
