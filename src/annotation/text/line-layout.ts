import type { Token } from './token.js';

/**
 * Where lines of a text end because something ends: headings, entries of a list, signatures, as opposed to wrapped text. The
 * model does not see line breaks, so the layout decides: how long the lines are, whether the next word would still have
 * fitted, with which letters they begin, whether the block ends with a full stop.
 */
export interface LineLayout {
  /** Whether the line break before token `i` ends something. Asked in ascending order, of single line breaks only. */
  endsBefore(i: number): boolean;
}

/** The narrowest programs wrap at about 60; prose in narrower columns is known by its small letters. */
const NARROWEST = 45;

/** Lines from a blank line to the next. */
interface Block {
  /** The token after the last one. */
  readonly end: number;
  /** For each line after the first the token that begins it. */
  readonly begins: ReadonlyMap<number, Line>;
  readonly widest: number;
  readonly medianWidth: number;
  /** Lines that begin with a small letter. */
  readonly continued: number;
  readonly endsWithStop: boolean;
  /** A sentence ends within a line. */
  readonly hasInnerStop: boolean;
}

/** What is known of the line before a break. */
interface Line {
  readonly width: number;
  readonly isCapitals: boolean;
}

/**
 * @param breaks For each token the line breaks before it; two or more begin a block.
 */
export function createLineLayout(text: string, tokens: readonly Token[], breaks: Uint8Array): LineLayout {
  let block: Block = NO_BLOCK;
  return {
    endsBefore(i) {
      if (i >= block.end) block = readBlock(tokens, breaks, i);
      const line = block.begins.get(i);
      if (line === undefined) return false;
      return isEnd(text, tokens, i, line, block);
    },
  };
}

const NO_BLOCK: Block = {
  end: 0,
  begins: new Map(),
  widest: 0,
  medianWidth: 0,
  continued: 0,
  endsWithStop: false,
  hasInnerStop: false,
};

function isEnd(text: string, tokens: readonly Token[], i: number, line: Line, block: Block): boolean {
  const { widest, medianWidth, continued, begins } = block;
  const needed = line.width + 1 + wordWidth(text, tokens, i);
  // Prose: the last line of a paragraph is shorter than the others. Ragged lines and single long words are usual.
  if (continued > 0 && 3 * continued >= begins.size && (begins.size > 1 || widest >= NARROWEST)) {
    return needed <= 0.75 * medianWidth;
  }
  if (needed <= Math.max(widest, NARROWEST)) return true;
  if (continued > 0) return false;
  if (isCapitals(tokens, i) !== line.isCapitals) return true;
  const { text: last } = tokens[i - 1];
  if (OPEN_END.test(last)) return false;
  // Sentences that end within lines are prose; so is a pair of lines of which the second one alone ends a sentence.
  return begins.size > 1 ? !block.hasInnerStop && !(block.endsWithStop && begins.size < 4) : !block.endsWithStop;
}

/** Nothing ends with these: a word in small letters (`van der`, `of the`), a comma, a hyphen, an opening bracket. */
const OPEN_END = /^(?:\p{Ll}[\p{L}\p{M}’']*|[,&([{/–—-]|.*[-–—])$/u;
const STOP = /[.!?…。！？]["”’)\]]*$/;
const CLOSER = /^["”’'»)\]]$/;
const INNER_STOP = /^[.!?。！？]$/;
const SMALL = /^["'“‘(]?\p{Ll}/u;
const ALL_CAPITALS = /^[\p{Lu}\p{N}\p{P}]+$/u;
const CAPITAL_WORD = /\p{Lu}{2}/u;

function readBlock(tokens: readonly Token[], breaks: Uint8Array, i: number): Block {
  let first = i;
  while (first > 0 && breaks[first] < 2) first--;
  const begins = new Map<number, Line>();
  const widths: number[] = [];
  let lineStart = first;
  let continued = 0;
  let hasInnerStop = false;
  let end = first + 1;
  for (; end < tokens.length && breaks[end] < 2; end++) {
    if (breaks[end] === 0) {
      // The number of a list entry is no sentence.
      hasInnerStop ||= end > lineStart + 2 && INNER_STOP.test(tokens[end - 1].text) && !CLOSER.test(tokens[end].text);
      continue;
    }
    const width = tokens[end - 1].end - tokens[lineStart].start;
    begins.set(end, { width, isCapitals: isCapitals(tokens, lineStart) });
    widths.push(width);
    if (SMALL.test(tokens[end].text)) continued++;
    lineStart = end;
  }
  let last = end - 1;
  widths.push(tokens[last].end - tokens[lineStart].start);
  while (last > lineStart && CLOSER.test(tokens[last].text)) last--;
  const inner = widths.slice(0, -1).sort((left, right) => left - right);
  return {
    end,
    begins,
    widest: widths.reduce((widest, width) => Math.max(widest, width), 0),
    medianWidth: inner[inner.length >> 1] ?? 0,
    continued,
    endsWithStop: STOP.test(tokens[last].text),
    hasInnerStop,
  };
}

/** Whether the words that begin at token `i` are written in capitals: a headline. */
function isCapitals(tokens: readonly Token[], i: number): boolean {
  const words = tokens.slice(i, i + 3);
  return words.every(({ text }) => ALL_CAPITALS.test(text)) && words.some(({ text }) => CAPITAL_WORD.test(text));
}

/** Of the word at token `i`, with all that hangs on it; one character where there are no spaces between words. */
function wordWidth(text: string, tokens: readonly Token[], i: number): number {
  let last = i;
  const limit = Math.min(tokens.length, i + 8);
  while (last + 1 < limit && tokens[last + 1].start === tokens[last].end) last++;
  return UNSPACED.test(text.slice(tokens[i].start, tokens[i].start + 2)) ? 1 : tokens[last].end - tokens[i].start;
}

const UNSPACED = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]/u;
