import {
  BEFORE_TITLES,
  COMPANY_FORMS,
  DEGREES,
  DOTTED_PLACES,
  GIVEN_NAMES,
  GOES_ON,
  NAME_SUFFIXES,
  NATION_ENDING,
  SAINTS,
  STATES,
  STREETS,
  SURNAME_ABBREVIATIONS,
} from '#annotation/text/languages/en.js';
import { abbreviationKind } from './abbreviations.js';
import type { Token } from './token.js';

/** Whether the full stop at `start` belongs to the last of the tokens before it, as in `Dr.`, `J.` and `No. 5`. */
export function stopBelongsTo(tokens: readonly Token[], text: string, start: number): boolean {
  const word = tokens[tokens.length - 1];
  if (word?.end !== start) return false;
  const kind = abbreviationKind(word.text);
  if (kind === 'number') return startsWith(NUMBER, text, start + 1);
  if (kind !== undefined) return !(SURNAME_ABBREVIATIONS.has(word.text) && isSurname(tokens, { text, start, kind }));
  if (!SINGLE_LETTER.test(word.text) || word.text === word.text.toLowerCase()) return false;
  // "I" is more often the pronoun than an initial.
  return startsWith(word.text === 'I' ? INITIAL : NAME, text, start + 1);
}

/**
 * Whether the last token, an abbreviation that is a surname too, is one: "I met Kavita Sen. Mina left." but "Texas Sen.
 * Hale", "Lt. Gen. Hale", "Topeka, Kan." What stands before it tells: a given name or an initial, as opposed to a
 * state, a nation, a party, a rank.
 */
function isSurname(
  tokens: readonly Token[],
  { text, start, kind }: { readonly text: string; readonly start: number; readonly kind: 'title' | 'other' },
): boolean {
  const word = tokens[tokens.length - 1];
  const before = tokens[tokens.length - 2];
  if (before === undefined || !IS_GAP.test(text.slice(before.end, word.start))) return false;
  if (ONE_INITIAL.test(before.text)) return kind === 'title' || !COMPANY_FORMS.has(word.text);
  if (!TITLE_CASE.test(before.text)) return false;
  if (GIVEN_NAMES.has(before.text)) return true;
  if (COMPANY_FORMS.has(word.text)) return false;
  // Nobody is named by a title at the end of a text or of what is quoted.
  if (kind === 'title' && !startsWith(NAME_FOLLOWS, text, start + 1)) return true;
  if (BEFORE_TITLES.has(before.text) || NATION_ENDING.test(before.text)) return false;
  // A sentence begins with a capital whatever its first word is.
  const earlier = tokens[tokens.length - 3];
  return (
    earlier !== undefined && !STARTS_ANEW.test(earlier.text) && !text.slice(earlier.end, before.start).includes('\n')
  );
}

/** Whether a token is an abbreviation by its looks: longer than an initial, with a full stop. */
export function endsWithStop({ text }: Token): boolean {
  return text.length > 2 && text.charCodeAt(text.length - 1) === FULL_STOP;
}

const FULL_STOP = 0x2e;

/**
 * Whether a name that ends with token `i`, which ends with a full stop, is over though the sentence may go on: company
 * forms, suffixes, streets, states and degrees end names; titles and "St." begin them, "U.S." may do either.
 */
export function endsName(tokens: readonly Token[], i: number): boolean {
  const stem = tokens[i].text.slice(0, -1);
  const before = tokens[i - 1]?.text ?? '';
  const next = tokens[i + 1];
  const following = OPENING.test(next.text) ? tokens[i + 2]?.text : next.text;
  if (following === undefined || !CAPITAL.test(following)) return false;
  const word = following.endsWith('.') ? following.slice(0, -1) : following;
  const isAfterName = CAPITAL.test(before) || before === '&';
  if (stem === 'St') return isAfterName && !SAINT_PLACES.has(before) && GIVEN_NAMES.has(word) && !SAINTS.has(word);
  if (DOTTED_PLACES.has(stem) && GIVEN_NAMES.has(word)) return true;
  if (GOES_ON.has(word)) return false;
  if (COMPANY_FORMS.has(stem) || NAME_SUFFIXES.has(stem)) return isAfterName || before === ',';
  if (STREETS.has(stem)) return isAfterName || /^\d/.test(before);
  if (STATES.has(stem) && before === ',') return true;
  return DEGREES.has(stem) && (before === ',' || TITLE_CASE.test(before));
}

const SAINT_PLACES = new Set(['East', 'West', 'North', 'South', 'Port', 'Fort', 'Mount', 'Mt.', 'Ft.', 'Lake', 'New']);
const CAPITAL = /^[\p{Lu}\p{Lt}]/u;
const OPENING = /^(?:["'“‘«(]|``)$/;
const TITLE_CASE = /^\p{Lu}[\p{L}\p{M}'’-]*\p{Ll}\p{M}*$/u;
const ONE_INITIAL = /^\p{Lu}\p{M}*\.$/u;
const SINGLE_LETTER = /^\p{L}\p{M}*$/u;
const STARTS_ANEW = /^(?:[.!?…:;•*–—-]+|["“”'‘(]|.*[.!?])$/su;
const IS_GAP = /^[^\S\r\n]{1,2}$/;

/** Spaces and at most one line break, then what the pattern says. */
const GAP = '[^\\S\\r\\n]{0,64}(?:(?:\\r\\n?|\\n)[^\\S\\r\\n]{0,64})?';
const NUMBER = new RegExp(`${GAP}[#(]?\\p{Nd}`, 'uy');
const NAME = new RegExp(`${GAP}["“'‘(]?(?:[\\p{Lu}\\p{Lt}]|[,;:&-])`, 'uy');
const NAME_FOLLOWS = new RegExp(`(?=\\s)${GAP}["“'‘(]?[\\p{Lu}\\p{Lt}]|[,;:-]`, 'uy');
const INITIAL = new RegExp(`${GAP}\\p{Lu}\\.`, 'uy');

function startsWith(sticky: RegExp, text: string, at: number): boolean {
  sticky.lastIndex = at;
  return sticky.test(text);
}
