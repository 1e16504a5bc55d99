import { GIVEN_NAMES, SENTENCE_STARTERS } from '#annotation/text/languages/en.js';
import { abbreviationKind } from './abbreviations.js';
import { isWideGap } from './borders.js';
import { endsName, endsWithStop } from './full-stops.js';
import { createLineLayout, type LineLayout } from './line-layout.js';
import type { Token } from './token.js';

/** The most tokens a sentence has; it bounds the memory a network needs for one. */
export const MAX_SENTENCE_TOKENS = 400;

/**
 * Cuts the tokens of a text into sentences; joined again they are the tokens given.
 *
 * - `.` `!` `?` `…` and their kin in other scripts end a sentence together with the quotes, brackets and emoji right
 *   after them, unless a lower-case word or a comma follows. Abbreviations end one only before a word such as "The".
 * - A blank line always ends a sentence, and so does a tab or a wide gap: cells of a table are no text.
 * - After "Inc.", "Jr.", "Blvd." and their kind a sentence ends if a given name or a capital and a verb follow.
 * - A single line break ends it before a bullet or list number, and where the layout says that something ends with the
 *   line (a heading, a list entry, a line of an address) if no lower-case word follows. Any other line break is taken
 *   for wrapped text, as in e-mail.
 * - What is still longer than {@link MAX_SENTENCE_TOKENS} is cut at the best place: a line break, else a semicolon or
 *   dash, a comma, white space, anywhere.
 */
export function splitSentences(text: string, tokens: readonly Token[]): Token[][] {
  const sentences: Token[][] = [];
  const breaks = lineBreaksBefore(text, tokens);
  const layout = createLineLayout(text, tokens, breaks);
  let first = 0;
  let ending = endingOf(tokens[0]);

  for (let i = 1; i < tokens.length; i++) {
    const isCloser = ending !== 'none' && breaks[i] === 0 && closes(tokens, i);
    if (
      breaks[i] > 1 ||
      isWideGap(text, tokens, i) ||
      (endsWithStop(tokens[i - 1]) && endsName(tokens, i - 1) && startsWithSubject(tokens, i)) ||
      (!isCloser && startsSentence(tokens, i, ending)) ||
      (breaks[i] === 1 && startsLine(tokens, i, ending, layout))
    ) {
      sentences.push(...cutToLength(text, tokens.slice(first, i)));
      first = i;
    }
    const isListStop = i === first + 1 && LIST_NUMBER.test(tokens[first].text);
    if (!isCloser) ending = isListStop ? 'none' : endingOf(tokens[i]);
  }
  if (tokens.length > 0) sentences.push(...cutToLength(text, tokens.slice(first)));
  return sentences;
}

const SPACE = 0x20;

/** For each token the line breaks before it, at most two. */
function lineBreaksBefore(text: string, tokens: readonly Token[]): Uint8Array {
  const breaks = new Uint8Array(tokens.length);
  for (let i = 1; i < tokens.length; i++) {
    const { end } = tokens[i - 1];
    const { start } = tokens[i];
    if (start === end || (start === end + 1 && text.charCodeAt(end) === SPACE)) continue;
    breaks[i] = Math.min(2, lineBreaks(text, end, start));
  }
  return breaks;
}

/**
 * What the last token says about a following one: `stop` and `unspaced` (the latter of a script without spaces) end the
 * sentence unless the next token cannot begin one, `abbreviation` and `initial` only before a word that usually does,
 * `name` and `none` never.
 */
type Ending = 'stop' | 'unspaced' | 'abbreviation' | 'initial' | 'name' | 'none';

const STOP = /^(?:[.!?…]+|[؟۔।॥።։])$/;
const UNSPACED_STOP = /^[。！？；｡．។။]$/;
const WORD_WITH_STOP = /[\p{L}\p{M}]\.$/u;
const SINGLE_INITIAL = /^\p{L}\p{M}*\.$/u;

function endingOf({ text }: Token = BEFORE_TEXT): Ending {
  const last = text.charCodeAt(text.length - 1) | 0x20;
  if (last >= 0x61 && last <= 0x7a) return 'none'; // a to z; most tokens end here
  if (STOP.test(text)) return 'stop';
  if (UNSPACED_STOP.test(text)) return 'unspaced';
  if (!WORD_WITH_STOP.test(text)) return 'none';
  if (SINGLE_INITIAL.test(text)) return abbreviationKind(text.slice(0, -1)) === undefined ? 'initial' : 'name';
  const kind = abbreviationKind(text.slice(0, -1));
  return kind === 'title' || kind === 'number' ? 'name' : 'abbreviation';
}

const BEFORE_TEXT: Token = { text: '', start: 0, end: 0 };

const CLOSER = /^(?:[)\]}”」』）】》〉〕］]|\p{Extended_Pictographic}.*)$/su;
/** Quotes that open as well as close. */
const EITHER_QUOTE = /^(?:["'’“»«›‹]|''|’’)$/;

/** Whether token `i`, which follows the end of a sentence on the same line, still belongs to it. */
function closes(tokens: readonly Token[], i: number): boolean {
  if (CLOSER.test(tokens[i].text)) return true;
  if (!EITHER_QUOTE.test(tokens[i].text)) return false;
  const touchesNext = i + 1 < tokens.length && tokens[i + 1].start === tokens[i].end;
  return tokens[i].start === tokens[i - 1].end && !(touchesNext && HAS_LETTER_OR_DIGIT.test(tokens[i + 1].text));
}

const HAS_LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const OPENER = /^(?:["'‘’“”„‚«»‹›([{¿¡「『（【《〈〔［*_–—-]|``|''|--)$/;
const CANNOT_START = /^(?:['’]?\p{Ll}|[.,;:!?…)\]}%，、：；。！？）])/u;
const CAPITAL = /^[\p{Lu}\p{Lt}]/u;

/** Whether the words after the end of a name begin a sentence, "Mina works" or "Mina Roy", as opposed to "Chief Executive". */
function startsWithSubject(tokens: readonly Token[], i: number): boolean {
  const { text } = firstWord(tokens, i);
  return GIVEN_NAMES.has(text) || VERB.test(tokens[i + 1]?.text ?? '');
}

/** Any word in small letters but those that go on with a name. */
const VERB = /^(?!(?:of|and|for|de|du|la|von|van)$)\p{Ll}{2}/u;

function startsSentence(tokens: readonly Token[], i: number, ending: Ending): boolean {
  if (ending === 'none' || ending === 'name') return false;
  const { text } = firstWord(tokens, i);
  if (text === '' || CANNOT_START.test(text)) return false;
  if (ending === 'unspaced') return true;
  if (ending === 'abbreviation') return SENTENCE_STARTERS.has(text);
  // Short ones are also surnames: "J. So", "K. He".
  if (ending === 'initial') return SENTENCE_STARTERS.has(text) && text.length > 2;
  if (tokens[i].start > tokens[i - 1].end) return true;
  // A forgotten space, "the end.The next", but neither "Yahoo!7" nor "?q=A".
  return CAPITAL.test(tokens[i].text) && i > 1 && /\p{Ll}$/u.test(tokens[i - 2].text);
}

function startsLine(tokens: readonly Token[], i: number, ending: Ending, layout: LineLayout): boolean {
  if (startsListItem(tokens, i)) return true;
  if (ending === 'name' || ending === 'initial') return false;
  const { text } = firstWord(tokens, i);
  return text !== '' && !CANNOT_START.test(text) && layout.endsBefore(i);
}

const BULLET = /^[-–*•‣◦▪●·+]$/;
const LIST_NUMBER = /^\p{Nd}{1,2}$/u;

function startsListItem(tokens: readonly Token[], i: number): boolean {
  const isNumber = LIST_NUMBER.test(tokens[i].text);
  const last = isNumber ? tokens[i + 1] : tokens[i];
  const mark = isNumber ? /^[.)]$/ : BULLET;
  if (last === undefined || !mark.test(last.text) || (isNumber && last.start !== tokens[i].end)) return false;
  const next = tokens[isNumber ? i + 2 : i + 1];
  return next !== undefined && next.start > last.end;
}

/** Token `i`, or the first one after the quotes, brackets and dashes that begin there. */
function firstWord(tokens: readonly Token[], i: number): Token {
  const limit = Math.min(tokens.length, i + 4);
  for (let k = i; k < limit; k++) {
    if (!OPENER.test(tokens[k].text)) return tokens[k];
  }
  return BEFORE_TEXT;
}

/** Line breaks in the white space from `start` to `end`; a form feed or paragraph separator counts as two. */
function lineBreaks(text: string, start: number, end: number): number {
  let breaks = 0;
  for (let i = start; i < end; i++) {
    const character = text[i];
    if (character === '\n' ? text[i - 1] !== '\r' || i === start : character === '\r' || character === '\u2028')
      breaks++;
    else if (character === '\f' || character === '\u2029') breaks += 2;
  }
  return breaks;
}

/** A sentence in parts of at most {@link MAX_SENTENCE_TOKENS} tokens. */
export function cutToLength(text: string, sentence: Token[]): Token[][] {
  const parts: Token[][] = [];
  let first = 0;
  while (sentence.length - first > MAX_SENTENCE_TOKENS) {
    const cut = bestCut(text, sentence, first);
    parts.push(sentence.slice(first, cut));
    first = cut;
  }
  parts.push(first === 0 ? sentence : sentence.slice(first));
  return parts;
}

/** The best place in the second half of the longest sentence that begins at `first`; the latest of equals. */
function bestCut(text: string, tokens: readonly Token[], first: number): number {
  let best = first + MAX_SENTENCE_TOKENS;
  let bestWorth = -1;
  for (let i = best; i > first + MAX_SENTENCE_TOKENS / 2; i--) {
    const worth = cutWorth(text, tokens[i - 1], tokens[i]);
    if (worth > bestWorth) {
      best = i;
      bestWorth = worth;
    }
  }
  return best;
}

function cutWorth(text: string, before: Token, after: Token): number {
  if (lineBreaks(text, before.end, after.start) > 0) return 4;
  if (/^[.!?…;:–—]+$/.test(before.text)) return 3;
  if (/^[,，、]$/.test(before.text)) return 2;
  return after.start > before.end ? 1 : 0;
}
