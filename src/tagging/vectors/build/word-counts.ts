/** How often each word occurs, in bounded memory. */
export interface WordCounts {
  add(word: string): void;
  /** All words that were added. */
  readonly total: number;
  /** Most frequent first, equals in the order of their first occurrence. */
  mostFrequent(limit: number): WordCount[];
}

export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** Different words; beyond them the rarest are forgotten, as word2vec and fastText do. */
const MOST_WORDS = 4_000_000;

/**
 * @param mostWords Different words that are kept. Where there are more, those that occurred once so far are forgotten, then
 *   those that occurred twice, and so on; what is left is counted too low by what was forgotten of it.
 */
export function countWords(mostWords = MOST_WORDS): WordCounts {
  const counts = new Map<string, number>();
  let total = 0;
  let threshold = 1;
  return {
    add(word) {
      total++;
      counts.set(word, (counts.get(word) ?? 0) + 1);
      while (counts.size > mostWords) {
        for (const [rare, count] of counts) if (count <= threshold) counts.delete(rare);
        threshold++;
      }
    },
    get total() {
      return total;
    },
    mostFrequent(limit) {
      const all = [...counts].map(([word, count]) => ({ word, count }));
      return all.sort((left, right) => right.count - left.count).slice(0, limit);
    },
  };
}
