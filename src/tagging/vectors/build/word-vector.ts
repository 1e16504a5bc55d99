import { AppError } from '#base/errors.js';

/** A word and its vector as a file of vectors has them. */
export interface WordVector {
  readonly word: string;
  /** (D) */
  readonly values: Float32Array;
}

/** What a reader counts while it reads. */
export interface ReadingReport {
  /** D; 0 until the first vector. */
  dimension: number;
  /** Words that a table cannot hold: with white space or control characters, too long, or no UTF-8. */
  unusable: number;
  /** Lines left out by `skipBad`. */
  bad: number;
  readonly warnings: string[];
}

export interface ReadingOptions {
  /** Of the file, for messages: `name:line: expected …, found …`. */
  readonly name: string;
  /** Leave out and count vectors that are damaged; otherwise the first is an error. */
  readonly skipBad: boolean;
  readonly report: ReadingReport;
}

/** Bytes of a line, UTF-16 units of a JSON value; far beyond {@link MAX_DIMENSION} numbers. */
export const MAX_LINE_LENGTH = 1 << 17;
/** Beyond it a number is no coordinate, and its square no float32. */
const LARGEST = 1e15;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

export function newReadingReport(): ReadingReport {
  return { dimension: 0, unusable: 0, bad: 0, warnings: [] };
}

/** A number written as decimals; undefined for all else, also for hexadecimal numbers, NaN and Infinity. */
export function coordinateOf(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return isInRange(value) ? value : undefined;
}

export function isInRange(value: number): boolean {
  return Math.abs(value) <= LARGEST;
}

/** One sentence: where, what was expected, what was found. */
export function vectorsError(where: string, expected: string, found: string): AppError {
  return new AppError('malformed_vectors', `${where}: expected ${expected}, found ${found}`);
}
