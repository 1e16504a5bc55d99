import type { AbbreviationKind } from '#annotation/text/languages/abbreviation-words.js';
import { ENGLISH_ABBREVIATIONS } from '#annotation/text/languages/en.js';
import { EUROPEAN_ABBREVIATIONS } from '#annotation/text/languages/european.js';

/** The kind of a word as it stands before a full stop, or `undefined` for a word that is no abbreviation. */
export function abbreviationKind(word: string): AbbreviationKind | undefined {
  const kind = KINDS.get(word);
  if (kind !== undefined || word.length < 2 || word.length > LONGEST || word !== word.toUpperCase()) return kind;
  // Headlines: "DR. DRE", "APPLE INC." But CO and VA are states before a full stop.
  const kindInTitleCase = KINDS.get(word[0] + word.slice(1).toLowerCase());
  return word.length > 2 || kindInTitleCase === 'title' ? kindInTitleCase : undefined;
}

const KINDS = new Map<string, AbbreviationKind>(
  [ENGLISH_ABBREVIATIONS, EUROPEAN_ABBREVIATIONS].flatMap((language) =>
    (['title', 'number', 'other'] as const).flatMap((kind) =>
      language[kind].split(/\s+/).map((word): [string, AbbreviationKind] => [word, kind]),
    ),
  ),
);
const LONGEST = Math.max(...[...KINDS.keys()].map((word) => word.length));
