import { AppError } from '#base/errors.js';
import { solveCholesky } from './cholesky.js';
import { momentsOf } from './covariance.js';

/** A word type of annotated sentences that has a vector. */
export interface NameExample {
  /** (D) */
  readonly values: Float32Array;
  /** How many of its occurrences are part of a name, 0 to 1. */
  readonly share: number;
}

/** Keeps directions in which the words hardly differ from deciding; a share of the mean variance. */
const RIDGE = 0.01;
/** What a word that is certainly no name is worth compared with one that certainly is. */
const LEAST_LIKENESS = 0.3;

/**
 * What it is worth to have a word in a table, for a tagger of names: in a file ordered by frequency the word at place n
 * occurs about 1/n times as often as the first (Zipf), and all the words of a text matter, but those of names more. So a
 * name takes the place of a word that occurs up to three times as often.
 *
 * @throws {AppError} `empty_corpus` unless some of the words are of names and some are not.
 */
export function createWordWorth(examples: readonly NameExample[]): (values: Float32Array, rank: number) => number {
  const likeness = fitNameLikeness(examples);
  return (values, rank) => Math.min(1, Math.max(LEAST_LIKENESS, likeness(values))) / (rank + 1);
}

/**
 * How likely a word is part of a name, judged by its vector (D) alone: ridge regression of `share`, each word type
 * counting once. About 0 to 1, but not bounded.
 *
 * @throws {AppError} `empty_corpus` unless some of the words are of names and some are not.
 */
export function fitNameLikeness(examples: readonly NameExample[]): (values: Float32Array) => number {
  const names = examples.reduce((sum, { share }) => sum + share, 0);
  if (!(names > 0 && names < examples.length)) {
    const found = `${examples.length} words with vectors, ${names === 0 ? 'none' : 'all'} of them names`;
    throw new AppError(
      'empty_corpus',
      `--like: expected sentences with words inside and outside names, found ${found}`,
    );
  }
  const dimension = examples[0].values.length;
  const rows = new Float32Array(examples.length * dimension);
  examples.forEach(({ values }, row) => {
    rows.set(values, row * dimension);
  });
  const { mean, covariance } = momentsOf(rows, dimension);
  const meanShare = names / examples.length;

  const correlation = new Float64Array(dimension);
  for (const { values, share } of examples) {
    for (let d = 0; d < dimension; d++)
      correlation[d] += ((values[d] - mean[d]) * (share - meanShare)) / examples.length;
  }
  let variance = 0;
  for (let d = 0; d < dimension; d++) variance += covariance[d * dimension + d] / dimension;
  const ridge = variance === 0 ? 1 : RIDGE * variance;
  for (let d = 0; d < dimension; d++) covariance[d * dimension + d] += ridge;
  const weights = solveCholesky(covariance, correlation);

  return (values) => {
    let likeness = meanShare;
    for (let d = 0; d < dimension; d++) likeness += weights[d] * (values[d] - mean[d]);
    return likeness;
  };
}
