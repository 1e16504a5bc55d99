import type { Document } from '#annotation/documents/document.js';
import type { RowSentence } from './rows.js';

/**
 * The white space behind each word of a sentence whose text a comment holds; a line break behind the last. `undefined` if
 * the words are not those of the text.
 */
export function gapsOf(words: readonly string[], text: string): string[] | undefined {
  const gaps: string[] = [];
  let position = text.length - text.trimStart().length;
  for (const [index, word] of words.entries()) {
    if (!text.startsWith(word, position)) return undefined;
    position += word.length;
    const next = index + 1 < words.length ? words[index + 1] : undefined;
    let end = position;
    while (end < text.length && !(next !== undefined && text.startsWith(next, end)) && /\s/u.test(text[end])) end++;
    gaps.push(next === undefined ? '\n' : text.slice(position, end));
    position = end;
  }
  return position >= text.trimEnd().length ? gaps : undefined;
}

/** The text of one sentence on one line: line breaks and tabs become spaces. */
export function textOfSentence({ text, tokens }: Document, { from, words }: RowSentence): string {
  const piece = text.slice(tokens[from].start, tokens[from + words.length - 1].end);
  return piece.replace(/[\t\r\n\v\f\u0085\u2028\u2029]/g, ' ');
}

/** The white space between a token and the next one, or the end of the text. */
export function gapBehind({ text, tokens }: Document, token: number): string {
  return text.slice(tokens[token].end, token + 1 < tokens.length ? tokens[token + 1].start : text.length);
}
