import type { Limits } from '#app/http/limits.js';
import { AppError } from '#base/errors.js';
import type { TaggedText } from '#tagging/tagger/entity.js';

/** Where a value stands in the request, such as `texts[3]`, and what it may be. */
interface Place {
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
export function lengthOf(input: string | readonly string[]): number {
  if (typeof input === 'string') return input.length;
  return input.reduce((sum, word) => sum + word.length, Math.max(0, input.length - 1));
}

/** UTF-16 units tagged before other requests get their turn: a batch must not keep the health check waiting. */
const UNITS_PER_TURN = 50_000;

/**
 * Tags a batch in turns and answers in its order. What cannot be read or tagged becomes its error, the others are not
 * touched by it.
 *
 * @param readers One for each input; what it throws is that input's error.
 */
export async function tagInTurns<I extends string | readonly string[]>(
  readers: readonly (() => I)[],
  tag: (inputs: readonly I[]) => readonly TaggedText[],
): Promise<readonly (TaggedText | Error)[]> {
  const results: (TaggedText | Error)[] = [];
  let turn: { readonly index: number; readonly input: I }[] = [];
  let units = 0;
  for (const [index, read] of readers.entries()) {
    const input = attempt(read);
    if (input instanceof Error) {
      results[index] = input;
    } else {
      turn.push({ index, input });
      units += lengthOf(input);
    }
    const isTurnOver = units >= UNITS_PER_TURN || index === readers.length - 1;
    if (!isTurnOver || turn.length === 0) continue;
    const tagged = tagTurn(
      turn.map((entry) => entry.input),
      tag,
    );
    for (const [position, entry] of turn.entries()) results[entry.index] = tagged[position];
    turn = [];
    units = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return results;
}

/** All at once, for speed; one by one only to find which of them fails. */
function tagTurn<I>(
  inputs: readonly I[],
  tag: (inputs: readonly I[]) => readonly TaggedText[],
): readonly (TaggedText | Error)[] {
  const together = attempt(() => tag(inputs));
  return together instanceof Error ? inputs.map((input) => attempt(() => tag([input])[0])) : together;
}

function attempt<T>(action: () => T): T | Error {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
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
