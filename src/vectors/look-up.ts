import { normalizeWord } from '../text/word-shape.js';

/** What a table has for a word: as it is written, else in lower case, else normalised, else without a leading #. */
export function lookUp<T>(rows: ReadonlyMap<string, T>, word: string): T | undefined {
  let found = rows.get(word); // most words need no other form, nor the generator
  if (found !== undefined) return found;
  for (const form of lookupForms(word)) {
    found = rows.get(form);
    if (found !== undefined) break;
  }
  return found;
}

/** The forms under which a word is looked for, one after another. */
export function* lookupForms(word: string): Generator<string> {
  yield word;
  yield word.toLowerCase();
  yield normalizeWord(word);
  if (/^#./.test(word)) yield word.slice(1).toLowerCase();
}
