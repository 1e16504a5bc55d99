import type { Range } from '#app/shared/marks.js';

export interface InContext {
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

/** UTF-16 units before and after; words are not cut. */
const AROUND = 60;

/** A piece of a text with some words before and after it. */
export function wordsAround(text: string, { start, end }: Range): InContext {
  return {
    before: text.slice(Math.max(0, start - AROUND), start).replace(start > AROUND ? /^\S*\s/u : '', ''),
    text: text.slice(start, end),
    after: text.slice(end, end + AROUND).replace(end + AROUND < text.length ? /\s\S*$/u : '', ''),
  };
}
