export interface SkipGramSettings {
  /** D */
  readonly dimension: number;
  /** Words to the left and to the right that a word is to foretell, at most. */
  readonly window: number;
  /** Drawn words for each true one. */
  readonly negatives: number;
  /** Rows that the character n-grams share; 0 for none, which is word2vec. */
  readonly buckets: number;
  readonly learningRate: number;
  /** Share of the text above which a word is left out now and then. */
  readonly subsampling: number;
}

export const SKIP_GRAM: SkipGramSettings = {
  dimension: 100,
  window: 5,
  negatives: 5,
  buckets: 200_000,
  learningRate: 0.05,
  subsampling: 1e-4,
};
