import { type AnnotatedText, annotatedText, type CharacterSpan } from '#annotation/documents/annotated-text.js';
import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import { type Document, NO_METADATA } from '#annotation/documents/document.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { resolveOverlaps } from '#annotation/documents/resolve-overlaps.js';
import { sentencesOfDocument, tokenSpansOf } from '#annotation/documents/sentences-of-document.js';
import type { WrittenDocument, WrittenSpan } from '#annotation/documents/written-document.js';
import { isLabel } from '#annotation/tags/bio.js';
import { segments } from '#annotation/tags/segments.js';
import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import { StrayRows } from './columns.js';
import type { Format, ReadContext, WriteContext } from './format.js';

/** What ends a label. */
const MARKS = /[[\]|\\]/g;

/**
 * The form people write: one sentence a line, names as `[Teddy Roosevelt|PER]`, a blank line between texts, comments
 * behind `# `. A backslash makes any of `[ ] | \\ #` an ordinary character; `\\n` and `\\r` are line breaks within a sentence.
 */
export const inline: Format = {
  name: 'inline',
  summary: 'our own: one sentence a line, names as [Teddy Roosevelt|PER], a blank line between texts',
  extensions: ['.txt'],
  loses: ['text', 'tokens', 'ids', 'metadata', 'labels', 'overlaps', 'plain'],
  labelMarks: MARKS,
  detect: ({ head, lines, record }) => {
    if (!INLINE_NAME.test(head) || record !== undefined) return 0;
    const named = lines.filter((line) => INLINE_NAME.test(line)).length;
    return named > lines.length / 2 ? 0.9 : 0.6;
  },
  read: readInline,
  *write(documents, context) {
    const file = `${context.stem}.txt`;
    let isFirst = true;
    for (const document of documents) {
      const lines = linesOf(document, context).map((line) => `${line}\n`);
      if (lines.length === 0) continue;
      yield { file, text: `${!isFirst && !document.continues ? '\n' : ''}${lines.join('')}` };
      isFirst = false;
    }
  },
};

const INLINE_NAME = /\[[^\][|\n]+\|[^\][|\s]+\]/;
/** Sentences of one text that are handed out together. */
const PIECE_SENTENCES = 100;

function* readInline(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  let sentences: { readonly parsed: AnnotatedText; readonly line: number }[] = [];
  const stray = new StrayRows();
  let isBegun = false;
  let line = 0;
  function* handOut(): Generator<WrittenDocument> {
    if (sentences.length > 0) yield textOfLines(sentences, isBegun);
    sentences = [];
  }
  for (const text of source.lines) {
    line++;
    if (text.trim() === '') {
      yield* handOut();
      isBegun = false;
    } else if (isComment(text)) {
      context.comment();
    } else {
      stray.look(text, line);
      const parsed = readLine(text, { name: source.name, line, context });
      if (parsed !== null) sentences.push({ parsed, line });
      if (sentences.length === PIECE_SENTENCES) {
        yield* handOut();
        isBegun = true;
      }
    }
  }
  yield* handOut();
  stray.describe(context);
}

/** A name in a comment is none of one: `# Report by [Mina Roy|PER]` is a heading. */
function isComment(text: string): boolean {
  return text === '#' || (text.startsWith('# ') && !INLINE_NAME.test(text));
}

function readLine(
  text: string,
  { name, line, context }: { readonly name: string; readonly line: number; readonly context: ReadContext },
): AnnotatedText | null {
  if (text.startsWith('# ')) context.count('{n} lines that begin like a comment were read, for they hold names');
  try {
    return parseInline(text, { name, line });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.fault(error);
    return null;
  }
}

function textOfLines(
  lines: readonly { readonly parsed: AnnotatedText; readonly line: number }[],
  continues: boolean,
): WrittenDocument {
  const spans: WrittenSpan[] = [];
  const sentences: { start: number; end: number; line: number }[] = [];
  let position = 0;
  for (const { parsed, line } of lines) {
    for (const { label, start, end } of parsed.spans)
      spans.push({ label, start: start + position, end: end + position, line });
    sentences.push({ start: position, end: position + parsed.text.length, line });
    position += parsed.text.length + 1;
  }
  return {
    kind: 'text',
    id: null,
    line: lines[0].line,
    continues,
    meta: NO_METADATA,
    text: lines.map(({ parsed }) => parsed.text).join('\n'),
    spans,
    offsetUnit: 'utf16',
    tokens: null,
    sentences,
  };
}

/** Each sentence of a document as a line, with what stands between its words. */
function linesOf(document: Document, { overlaps }: WriteContext): string[] {
  const { text, tokens } = document;
  const { kept } = resolveOverlaps(tokenSpansOf(document), overlaps);
  let token = 0;
  let next = 0;
  return sentencesOfDocument(document, overlaps).sentences.map(({ words }) => {
    const start = tokens[token].start;
    const end = tokens[token + words.length - 1].end;
    token += words.length;
    const spans: CharacterSpan[] = [];
    for (; next < kept.length && kept[next].endToken <= token; next++) {
      const { label, startToken, endToken } = kept[next];
      spans.push({ label, start: tokens[startToken].start - start, end: tokens[endToken - 1].end - start });
    }
    return formatLine({ text: text.slice(start, end), spans: spans.map(withoutMarks) });
  });
}

/**
 * @param where For messages.
 * @throws {AppError} `malformed_corpus`, `invalid_tag`
 */
export function parseInline(
  source: string,
  where: { readonly name: string; readonly line: number },
): { readonly text: string; readonly spans: CharacterSpan[] } {
  const fail = (expected: string, found: string) => corpusError({ ...where, expected, found });
  const spans: CharacterSpan[] = [];
  let text = '';
  let start: number | null = null; // in `text`, of the name that is open
  let position = 0;
  while (position < source.length) {
    const character = source[position++];
    if (character === '\\') {
      const escaped = source[position++];
      if (escaped === undefined || !ESCAPABLE.includes(escaped)) {
        throw fail(
          'one of [ ] | \\ # n r after a backslash',
          escaped === undefined ? 'the end of the line' : quoted(escaped),
        );
      }
      text += BREAKS[escaped] ?? escaped;
    } else if (character === '[') {
      if (start !== null) throw fail('no name within a name', `a second "[" in ${quoted(source)}`);
      start = text.length;
    } else if (character === '|' && start !== null) {
      const close = source.indexOf(']', position);
      if (close === -1) throw fail('"]" after the label', `the end of the line in ${quoted(source)}`);
      const label = source.slice(position, close);
      if (!isInlineLabel(label)) {
        const expected = 'a label between "|" and "]"';
        throw corpusError({ code: 'invalid_tag', ...where, expected, found: quoted(label) });
      }
      if (text.slice(start).trim() === '') throw fail('a name between "[" and "|"', quoted(text.slice(start)));
      spans.push({ label, start, end: text.length });
      start = null;
      position = close + 1;
    } else if (character === ']' && start !== null) {
      throw fail('"|" and a label before "]"', quoted(source));
    } else if (character === ']' || character === '|') {
      throw fail(`"${character}" only in a name or after a backslash`, quoted(source));
    } else {
      text += character;
    }
  }
  if (start !== null) throw fail('"|", a label and "]" after "["', `the end of the line in ${quoted(source)}`);
  return { text, spans };
}

/**
 * The inverse of {@link parseInline}.
 *
 * @throws {AppError} `overlapping_spans`, or `invalid_argument` for a text that is not one line or a label with a bracket.
 */
export function formatInline({ text, spans }: AnnotatedText): string {
  if (/[\r\n]/.test(text) || text.trim() === '') {
    throw new AppError('invalid_argument', `"text" must be one line that is not blank, found ${quoted(text)}`);
  }
  return formatLine({ text, spans });
}

function formatLine({ text, spans }: AnnotatedText): string {
  const line = segments(text, spans)
    .map(({ text: piece, entity }) =>
      entity === null ? escapeText(piece) : `[${escapeText(piece)}|${checkedLabel(entity)}]`,
    )
    .join('');
  return line.startsWith('#') ? `\\${line}` : line;
}

/** Words joined by one space, a blank line between documents. */
export function writeInline(sentences: readonly LabelledSentence[]): string {
  return sentences
    .map((sentence, index) => {
      const startsDocument = index > 0 && sentences[index - 1].document !== sentence.document;
      return `${startsDocument ? '\n' : ''}${formatInline(annotatedText(sentence))}\n`;
    })
    .join('');
}

function isInlineLabel(label: string): boolean {
  return isLabel(label) && !/[[\]|\\]/.test(label);
}

function withoutMarks(span: CharacterSpan): CharacterSpan {
  return { ...span, label: span.label.replace(MARKS, '_') };
}

function checkedLabel({ label }: CharacterSpan): string {
  if (isInlineLabel(label)) return label;
  throw new AppError('invalid_argument', `"label" must not hold brackets, bars or white space, found ${quoted(label)}`);
}

const ESCAPABLE = '[]|\\#nr';
const BREAKS: Readonly<Record<string, string>> = { n: '\n', r: '\r' };

function escapeText(text: string): string {
  return text
    .replace(/[[\]|\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
