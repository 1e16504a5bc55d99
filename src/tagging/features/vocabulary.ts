/** Id of every word that the vocabulary does not hold. */
export const UNKNOWN_ID = 0;

/** Words and their ids, frozen once built: tagging never adds a word, so a long-running server does not grow. */
export interface Vocabulary {
  /** `words[id]`; index 0 stands for unknown words. */
  readonly words: readonly string[];
  id(word: string): number;
}

/** What stands at index 0. Not a legal token text, since tokens hold no white space. */
export const UNKNOWN_WORD = '<unknown word>';

export function createVocabulary(words: readonly string[]): Vocabulary {
  const all = Object.freeze([UNKNOWN_WORD, ...words]);
  const ids = new Map<string, number>();
  all.forEach((word, id) => {
    ids.set(word, id);
  });
  return { words: all, id: (word) => ids.get(word) ?? UNKNOWN_ID };
}

export interface VocabularyOptions {
  /** Rarer words stay unknown, which is also what teaches the network how to treat unknown words. */
  readonly minimumCount: number;
  readonly maximumSize: number;
}

/** The most frequent words first; equally frequent ones in code-unit order, so that no run depends on reading order. */
export function buildVocabulary(words: Iterable<string>, { minimumCount, maximumSize }: VocabularyOptions): Vocabulary {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= minimumCount)
    .sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1))
    .slice(0, maximumSize);
  return createVocabulary(kept.map(([word]) => word));
}
