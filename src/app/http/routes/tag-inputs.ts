import type { Limits } from '#app/http/limits.js';
import { AppError } from '#base/errors.js';

/** Where a value stands in the request, such as `texts[3]`, and what it may be. */
export interface Place {
  readonly path: string;
  readonly limits: Limits;
}

/** @throws {AppError} `invalid_request` when it is not a text, `text_too_long`. */
export function readText(value: unknown, place: Place): string {
  if (typeof value !== 'string') throw invalid(place.path, `expected a text, found ${kindOf(value)}`);
  requireLength(value.length, place);
  return value;
}

/** As {@link readText}; the length that counts is that of the words joined by single spaces. */
export function readWords(value: unknown, place: Place): readonly string[] {
  if (!Array.isArray(value)) throw invalid(place.path, `expected a list of texts, found ${kindOf(value)}`);
  for (const [index, word] of value.entries()) {
    const path = `${place.path}[${index}]`;
    if (typeof word !== 'string') throw invalid(path, `expected a text, found ${kindOf(word)}`);
    if (word === '') throw invalid(path, 'expected a token of at least one character, found ""');
  }
  requireLength(lengthOf(value), place);
  return value;
}

/** UTF-16 units, of words when joined by single spaces. */
function lengthOf(input: string | readonly string[]): number {
  if (typeof input === 'string') return input.length;
  return input.reduce((sum, word) => sum + word.length, Math.max(0, input.length - 1));
}

/** @throws {AppError} `too_many_texts` */
export function requireCount(count: number, { path, limits }: Place): void {
  const limit = limits.texts;
  if (count <= limit) return;
  throw new AppError('too_many_texts', `${path}: expected at most ${limit} texts, found ${count}`, {
    details: { limit },
  });
}

function requireLength(length: number, { path, limits }: Place): void {
  const limit = limits.textLength;
  if (length <= limit) return;
  throw new AppError('text_too_long', `${path}: expected at most ${limit} UTF-16 units, found ${length}`, {
    details: { limit },
  });
}

function invalid(path: string, message: string): AppError {
  return new AppError('invalid_request', `${path}: ${message}`, { details: { details: [{ path, message }] } });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}
