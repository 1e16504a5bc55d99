import { type CorpusSource, corpusError, quoted } from '#annotation/documents/corpus-source.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { TAG_FORM, tryParseTag } from '#annotation/tags/bio.js';
import { AppError } from '#base/errors.js';
import { type ColumnsRead, SentenceBuilder } from './column-sentences.js';

const DOCUMENT_MARK = '-DOCSTART-';

/**
 * One token a line: the word first, its tag last, any columns between; a blank line ends a sentence, a line that begins
 * with `-DOCSTART-` ends a document. Columns are parted by TAB if the file holds one, so that words may hold spaces, else
 * by spaces. A line that begins with `# ` is a comment unless it has the columns of a token: hashes are words, too.
 *
 * Format of the CoNLL-2003 shared task; the two-column form is that of WNUT-17.
 *
 * @throws {AppError} `malformed_corpus`, `invalid_tag`
 */
export function readConll(source: CorpusSource): ColumnsRead {
  const { name, lines } = source;
  const isTabbed = lines.some((line) => line.includes('\t'));
  const columnsOf = (line: string) => (isTabbed ? line.split('\t') : line.trim().split(/ +/));
  const separator = isTabbed ? ' parted by TAB' : '';
  const builder = new SentenceBuilder();
  let columnCount = 0; // of the first token, which every other one must have as well
  let firstLine = 0;

  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    if (/^[ \t]*$/.test(text)) {
      builder.endSentence();
      continue;
    }
    if (text.startsWith(DOCUMENT_MARK)) {
      builder.endDocument();
      continue;
    }

    const columns = columnsOf(text);
    const word = columns[0];
    const tag = (columns.at(-1) ?? '').trim();
    const isToken = columns.length > 1 && (columnCount === 0 || columns.length === columnCount);
    if (text.startsWith('# ') && !(isToken && (isTabbed || tryParseTag(tag) !== null))) {
      if (text.startsWith('# newdoc')) builder.endDocument();
      continue;
    }
    if (columns.length < 2) {
      const expected = `at least 2 columns${separator} (word and tag)`;
      throw corpusError({ name, line, expected, found: `1 (${quoted(text)})` });
    }
    if (columnCount === 0) {
      columnCount = columns.length;
      firstLine = line;
    }
    if (columns.length !== columnCount) {
      const expected = `${columnCount} columns${separator} as in line ${firstLine}`;
      throw corpusError({ name, line, expected, found: `${columns.length} (${quoted(text)})` });
    }
    if (word === '') throw corpusError({ name, line, expected: 'a word in column 1', found: quoted(text) });
    if (tryParseTag(tag) === null) {
      const found = quoted(tag) + hintOnTag(tag, line === firstLine);
      throw corpusError({ code: 'invalid_tag', name, line, expected: `${TAG_FORM} in column ${columnCount}`, found });
    }
    builder.addToken({ word, tag, line });
  }
  return { sentences: builder.finish(), columns: { count: columnCount, word: 1, tag: columnCount } };
}

/**
 * Two columns, `word TAB tag`; documents are parted by a `-DOCSTART-` line, which a file of one document has not.
 *
 * @throws {AppError} `invalid_argument` for a word that the format cannot hold.
 */
export function writeConll(sentences: readonly LabelledSentence[]): string {
  const blocks = sentences.map(({ words, tags, document }, index) => {
    const rows = words.map((word, token) => `${checkedWord(word)}\t${tags[token]}\n`).join('');
    const startsDocument = index > 0 && sentences[index - 1].document !== document;
    return startsDocument ? `${DOCUMENT_MARK}\tO\n\n${rows}` : rows;
  });
  return blocks.join('\n');
}

function checkedWord(word: string): string {
  if (word !== '' && !/[\t\r\n\0]/.test(word) && !word.startsWith(DOCUMENT_MARK)) return word;
  const expected = `words without TAB, line end or NUL that are not empty and not ${DOCUMENT_MARK}`;
  throw new AppError('invalid_argument', `"sentences" must hold ${expected}, found ${quoted(word)}`);
}

function hintOnTag(tag: string, isFirstRow: boolean): string {
  if (isFirstRow) return '; is the tag in the last column, and is this line no heading?';
  return /^[A-Z]{2,}$/.test(tag) ? `; a label needs a prefix, such as B-${tag}` : '';
}
