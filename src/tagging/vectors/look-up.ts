import { normalizeWord } from '#annotation/text/word-shape.js';

/** What a table has for a word: as it is written, else as the first of its other forms that the table has. */
export function lookUp<T>(rows: ReadonlyMap<string, T>, word: string): T | undefined {
  let found = rows.get(word); // most words need no other form, nor the generator
  if (found !== undefined) return found;
  for (const form of lookupForms(word)) {
    found = rows.get(form);
    if (found !== undefined) break;
  }
  return found;
}

/**
 * The forms under which a word is looked for, one after another: as written, in lower case, normalised, without the # of a
 * hashtag, without the point of an abbreviation, without accents.
 */
export function* lookupForms(word: string): Generator<string> {
  yield word;
  yield word.toLowerCase();
  yield normalizeWord(word);
  const plain = normalizeWord(word)
    .replace(/^#(?=.)/, '')
    .replace(/(?<=.)\.$/, '');
  yield plain;
  yield plain.normalize('NFD').replace(/\p{M}/gu, '');
}
