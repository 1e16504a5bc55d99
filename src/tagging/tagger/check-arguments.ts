import { TEXT_KINDS, type TextKind } from '#annotation/text/markup/read-markup.js';
import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import type { TagOptions, WordsOptions } from './entity.js';

// What callers without types may get wrong: each of these refuses it in a sentence that names argument, expectation and
// finding, instead of an answer that is silently empty or an error from the depths.

/** @throws {AppError} `invalid_argument` */
export function assertTexts(texts: unknown, options: TagOptions): asserts texts is readonly string[] {
  if (!Array.isArray(texts)) throw refusal('tag', '"texts"', 'an array of strings', texts);
  const wrong = texts.findIndex((text) => typeof text !== 'string');
  if (wrong >= 0) throw refusal('tag', texts.length === 1 ? '"text"' : `text ${wrong}`, 'a string', texts[wrong]);
  assertOptions('tag', options);
}

/** @throws {AppError} `invalid_argument` */
export function assertWords(sentences: unknown, options: WordsOptions): asserts sentences is readonly string[][] {
  if (!Array.isArray(sentences)) throw refusal('tagWords', '"sentences"', 'an array of arrays of words', sentences);
  sentences.forEach((words: unknown, at) => {
    if (!Array.isArray(words)) throw refusal('tagWords', `sentence ${at}`, 'an array of words', words);
    const wrong = words.findIndex((word) => typeof word !== 'string');
    if (wrong >= 0) throw refusal('tagWords', `word ${wrong} of sentence ${at}`, 'a string', words[wrong]);
  });
  assertOptions('tagWords', options);
  const { documents } = options;
  if (documents === undefined || documents.length === sentences.length) return;
  throw new AppError(
    'invalid_argument',
    `tagWords: "documents" must hold a number for each of the ${sentences.length} sentences, found ${documents.length}`,
  );
}

/** @throws {AppError} `invalid_argument` */
export function inputOf({ input = 'text' }: TagOptions): TextKind {
  if (TEXT_KINDS.includes(input)) return input;
  throw refusal('tag', '"input"', `one of ${TEXT_KINDS.join(', ')}`, input);
}

function assertOptions(name: string, options: unknown): void {
  if (typeof options !== 'object' || options === null) throw refusal(name, '"options"', 'an object', options);
  const { threshold } = options as TagOptions;
  if (threshold === undefined || (typeof threshold === 'number' && threshold >= 0 && threshold <= 1)) return;
  throw refusal(name, '"threshold"', 'a number from 0 to 1', threshold);
}

function refusal(name: string, argument: string, expected: string, found: unknown): AppError {
  return new AppError('invalid_argument', `${name}: ${argument} must be ${expected}, found ${shown(found)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
