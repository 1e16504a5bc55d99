import { createReadableTextBuilder, type ReadableText } from './readable-text.js';

/**
 * The text of Markdown (CommonMark and tables): emphasis, code marks, addresses of links, marks of headings and quotes and
 * the lines of tables left out, escaped characters taken as they are. Line breaks stay: they are for the layout to judge.
 * Fenced code is text like any other. Time is linear.
 */
export function readMarkdown(source: string): ReadableText {
  const out = createReadableTextBuilder(source);
  const addresses = linkAddresses(source);
  let at = 0;
  let isLineStart = true;
  let inTable = false;

  while (at < source.length) {
    if (isLineStart) {
      inTable = matchEnd(TABLE_ROW, source, at) > at;
      const mark = matchEnd(LINE_MARK, source, at);
      if (mark > at) {
        const isHeading = source.slice(at, mark).includes('#');
        out.replace(isHeading ? '\n' : '', at, mark);
        at = mark;
        isLineStart = false;
        continue;
      }
    }
    const character = source[at];
    isLineStart = character === '\n';
    if (character === '\\' && ESCAPABLE.test(source[at + 1] ?? '')) {
      out.replace(source[at + 1], at, at + 2);
      at += 2;
      continue;
    }
    if (character === '|' && inTable) {
      out.replace('\t', at, at + 1);
      at++;
      continue;
    }
    const skipped = addresses.get(at) ?? inlineMarkEnd(source, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const end = Math.max(at + 1, matchEnd(PLAIN, source, at));
    out.copy(at, end);
    at = end;
  }
  return out.build();
}

const PLAIN = /[^\\|*_`~[\]!\n]+/y;
const ESCAPABLE = /^[!-/:-@[-`{-~]$/;
/** Quote marks and what makes a heading; a line of dashes or equals signs under one, or between rows of a table. */
const LINE_MARK =
  /(?:[ \t]{0,3}>[ \t]?)+(?:#{1,6}[ \t]+)?|[ \t]{0,3}#{1,6}[ \t]+|[ \t]{0,3}(?:={3,200}|-{3,200}|`{3,200}[^\n]{0,100}|~{3,200}[^\n]{0,100})[ \t]*(?=\n|$)|[ \t]{0,3}\|?[ \t]*:?-{1,200}:?[ \t]*(?:\|[ \t]*:?-{1,200}:?[ \t]*){1,100}\|?[ \t]*(?=\n|$)/y;
const TABLE_ROW = /[ \t]{0,3}\|[^\n]*\||[^\n|]+\|[^\n|]+\|[^\n]*/y;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

function matchEnd(sticky: RegExp, source: string, at: number): number {
  sticky.lastIndex = at;
  return sticky.test(source) ? sticky.lastIndex : at;
}

/** After a mark of emphasis or code that begins at `at`; `at` itself where there is none. */
function inlineMarkEnd(source: string, at: number): number {
  const character = source[at];
  if (character !== '*' && character !== '_' && character !== '`' && character !== '~') return at;
  let end = at;
  while (source[end] === character && end - at < 3) end++;
  if (source[end] === character || (character === '~' && end - at < 2)) return at;
  const before = source[at - 1] ?? ' ';
  const after = source[end] ?? ' ';
  if (/\s/.test(before) && /\s/.test(after)) return at; // "2 * 3", a bullet
  const isInside = LETTER_OR_DIGIT.test(before) && LETTER_OR_DIGIT.test(after);
  if (character === '_' && isInside) return at; // snake_case
  if (character === '`' && isInside) return at; // O`Neill
  return end;
}

/** Where the brackets of links and the addresses after them begin, and where each ends. */
function linkAddresses(source: string): ReadonlyMap<number, number> {
  const skipped = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (character === '[') open.push(at);
    else if (character === '\n' && source[at + 1] === '\n') open.length = 0;
    else if (character === ']' && open.length > 0) {
      const start = open.pop()!;
      const end = matchEnd(ADDRESS, source, at + 1);
      if (end === at + 1) continue;
      const mark = source[start - 1] === '!' ? start - 1 : start;
      skipped.set(mark, start + 1);
      skipped.set(at, end);
      at = end - 1;
    }
  }
  return skipped;
}

const ADDRESS = /\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,2000}){0,4}\)|\[[^[\]\n]{0,200}\]/y;
