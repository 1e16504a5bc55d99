import { AppError } from '#base/errors.js';
import { shown } from '#base/quoted.js';
import {
  CHARACTER_TOKENIZER,
  createCharacterTokenizer,
  createGraphemeTokenizer,
  GRAPHEME_TOKENIZER,
} from './character-tokenizer.js';
import { UNSPACED } from './token-pattern.js';
import type { Tokenizer, TokenizerIdentity } from './tokenizer.js';
import { createWordTokenizer, WORD_TOKENIZER } from './word-tokenizer.js';

/** A tokenizer of this program and the oldest version of it whose models today's can serve. */
interface Entry extends TokenizerIdentity {
  readonly serves: number;
  create(): Tokenizer;
}

const TOKENIZERS: readonly Entry[] = [
  { ...WORD_TOKENIZER, serves: 1, create: createWordTokenizer },
  { ...CHARACTER_TOKENIZER, serves: 1, create: createCharacterTokenizer },
  { ...GRAPHEME_TOKENIZER, serves: 1, create: createGraphemeTokenizer },
];

/** The tokenizer for texts of which nothing else is known: words as CoNLL cuts them. */
export function createDefaultTokenizer(): Tokenizer {
  return createWordTokenizer();
}

/**
 * The tokenizer that a model names.
 *
 * @param where The place of the name, for the message.
 * @throws {AppError} `incompatible_model` unless this program has that tokenizer in that version, or in a later one that
 *   cuts words alike but for mended faults.
 */
export function findTokenizer(named: unknown, where: string): Tokenizer {
  const { id, version } = (named ?? {}) as Partial<TokenizerIdentity>;
  const entry = TOKENIZERS.find((candidate) => candidate.id === id);
  if (entry && typeof version === 'number' && version >= entry.serves && version <= entry.version)
    return entry.create();
  const known = TOKENIZERS.map(({ id: name, serves, version: newest }) => `"${name}" ${versionsOf(serves, newest)}`);
  throw new AppError(
    'incompatible_model',
    `${where}: expected the tokenizer ${known.join(' or ')}, found ${shown(named)}; ` +
      'with other tokens the model would find other names',
  );
}

const versionsOf = (from: number, to: number): string => (from === to ? `${to}` : `${from} to ${to}`);

/** Tokens of a kind needed to tell anything from their lengths. */
const ENOUGH = 20;
/** No language has so many words of one letter; a corpus of characters may keep some words, such as URLs, whole. */
const SINGLE_SHARE = 0.9;

/**
 * The tokenizer that cuts texts as the words of a corpus are cut: {@link createGraphemeTokenizer} if nearly every word is
 * one character in every script, {@link createCharacterTokenizer} if that holds for scripts without spaces alone, else
 * {@link createDefaultTokenizer}.
 */
export function chooseTokenizer(sentences: readonly { readonly words: readonly string[] }[]): Tokenizer {
  const spaced = { words: 0, single: 0 };
  const unspaced = { words: 0, single: 0 };
  for (const { words } of sentences) {
    for (const word of words) {
      if (!LETTER_OR_DIGIT.test(word)) continue;
      const count = UNSPACED_START.test(word) ? unspaced : spaced;
      count.words++;
      if (ONE_CHARACTER.test(word)) count.single++;
    }
  }
  const isSingle = ({ words, single }: typeof spaced): boolean => words >= ENOUGH && single >= SINGLE_SHARE * words;
  if (isSingle(spaced) && (unspaced.words < ENOUGH || isSingle(unspaced))) return createGraphemeTokenizer();
  return isSingle(unspaced) ? createCharacterTokenizer() : createDefaultTokenizer();
}

const LETTER_OR_DIGIT = /^[\p{L}\p{N}]/u;
const UNSPACED_START = new RegExp(`^[${UNSPACED}]`, 'u');
const ONE_CHARACTER = /^\P{M}\p{M}*$/u;
