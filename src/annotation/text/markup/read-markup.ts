import { readHtml } from './html-text.js';
import { readMarkdown } from './markdown-text.js';
import type { ReadableText } from './readable-text.js';

/** What a text is written in. */
export type TextKind = 'text' | 'html' | 'markdown';

export const TEXT_KINDS: readonly TextKind[] = ['text', 'html', 'markdown'];

/** What a person reads of a text of any kind. */
export function readMarkup(source: string, kind: TextKind): ReadableText {
  if (kind === 'html') return readHtml(source);
  if (kind === 'markdown') return readMarkdown(source);
  return { text: source, toSource: ({ start, end }) => ({ start, end }) };
}
