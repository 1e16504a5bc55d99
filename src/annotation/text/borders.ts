import { endsName, endsWithStop } from './full-stops.js';
import type { Token } from './token.js';

/** Marks, in place, the tokens into which no name goes on from the one before. */
export function markBorders(text: string, tokens: Token[]): void {
  for (let i = 1; i < tokens.length; i++) {
    const isBorder = isWideGap(text, tokens, i) || (endsWithStop(tokens[i - 1]) && endsName(tokens, i - 1));
    if (isBorder) tokens[i] = { ...tokens[i], border: true };
  }
}

/** Narrower gaps are slips of typing, unless there are several in the line. */
const WIDE = 3;
const TAB = /[\t\v]/;
const LINE_BREAK = /[\r\n\u2028]/;
const ENDS_SENTENCE = /[.!?…:)"”’]$/;

const isTab = (unit: number): boolean => unit === 0x09 || unit === 0x0b;

/** A tab or many spaces between two tokens of a line; or two spaces where others such are near, in a table. */
export function isWideGap(text: string, tokens: readonly Token[], i: number): boolean {
  const { end } = tokens[i - 1];
  const length = tokens[i].start - end;
  if (length <= 1) return length === 1 && isTab(text.charCodeAt(end)); // nearly every gap: a space
  const gap = text.slice(end, tokens[i].start);
  if (LINE_BREAK.test(gap)) return false; // the splitter's
  if (length >= WIDE || TAB.test(gap)) return true;
  return (
    length === 2 &&
    !ENDS_SENTENCE.test(tokens[i - 1].text) &&
    (isNearGap(text, tokens, i, -1) || isNearGap(text, tokens, i, 1))
  );
}

/** Tokens in a cell of a table, at most. */
const CELL = 8;

/** Whether another gap of two spaces or more is near, in this line or the next: then they separate cells. */
function isNearGap(text: string, tokens: readonly Token[], i: number, step: 1 | -1): boolean {
  for (let k = 1; k <= CELL; k++) {
    const at = i + step * k;
    if (at < 1 || at >= tokens.length) return false;
    const { end, text: word } = tokens[at - 1];
    if (tokens[at].start - end < 2 || LINE_BREAK.test(text.slice(end, tokens[at].start))) continue;
    if (tokens[at].start - end >= WIDE || !ENDS_SENTENCE.test(word)) return true;
  }
  return false;
}
