import { type AnnotatedText, annotatedText, type CharacterSpan } from '#annotation/documents/annotated-text.js';
import { type CorpusSource, corpusError, quoted } from '#annotation/documents/corpus-source.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { isLabel } from '#annotation/tags/bio.js';
import { segments } from '#annotation/tags/segments.js';
import { AppError } from '#base/errors.js';

/** One sentence of an inline file. */
export interface InlineLine extends AnnotatedText {
  readonly line: number;
  readonly document: number;
}

/**
 * The form people write: one sentence a line, names as `[Teddy Roosevelt|PER]`, a blank line between texts, comments
 * behind `# `. A backslash makes any of `[ ] | \ #` an ordinary character.
 *
 * @throws {AppError} `malformed_corpus`, `invalid_tag`
 */
export function readInline({ name, lines }: CorpusSource): InlineLine[] {
  const read: InlineLine[] = [];
  let document = 0;
  let isDocumentEmpty = true;
  lines.forEach((text, index) => {
    if (text.trim() === '') {
      if (!isDocumentEmpty) document++;
      isDocumentEmpty = true;
    } else if (!text.startsWith('# ') && text !== '#') {
      read.push({ ...parseInline(text, { name, line: index + 1 }), line: index + 1, document });
      isDocumentEmpty = false;
    }
  });
  return read;
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
          'one of [ ] | \\ # after a backslash',
          escaped === undefined ? 'the end of the line' : quoted(escaped),
        );
      }
      text += escaped;
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

function checkedLabel({ label }: CharacterSpan): string {
  if (isInlineLabel(label)) return label;
  throw new AppError('invalid_argument', `"label" must not hold brackets, bars or white space, found ${quoted(label)}`);
}

const ESCAPABLE = '[]|\\#';

function escapeText(text: string): string {
  return text.replace(/[[\]|\\]/g, '\\$&');
}
