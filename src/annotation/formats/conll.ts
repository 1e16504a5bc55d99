import type { CorpusSource } from '#annotation/documents/corpus-source.js';
import type { Document } from '#annotation/documents/document.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import { looseTag } from '#annotation/tags/loose-tags.js';
import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import {
  checkRow,
  cutRow,
  DOCUMENT_MARK,
  DocumentBuilder,
  isBlank,
  layoutOf,
  OtherColumn,
  requireTagColumn,
} from './columns.js';
import type { Format, ReadContext, Sample, WriteContext } from './format.js';
import { rowsOf } from './rows.js';

/**
 * One token a line: the word first, its tag last, any columns between; a blank line ends a sentence, a line that begins
 * with `-DOCSTART-` begins a document. Columns are separated by tabs if most lines hold one, so that words may hold
 * spaces, else by white space. A line that begins with `# ` is a comment unless it has the columns of a token: hashes
 * are words, too.
 *
 * The two-column form is that of WNUT-17.
 */
export const conll: Format = {
  name: 'conll',
  summary: 'columns, word first and tag last, separated by tabs or spaces; written as word TAB tag',
  extensions: ['.conll', '.tsv', '.bio', '.txt'],
  loses: ['text', 'ids', 'metadata', 'overlaps'],
  detect: (sample) => columnsScore(sample) * 0.8,
  read: readColumns,
  *write(documents, context) {
    const file = `${context.stem}.conll`;
    for (const text of writeRows(documents, context, {
      mark: `${DOCUMENT_MARK}\tO`,
      row: (word, tag) => `${word}\t${tag}`,
    }))
      yield { file, text };
  },
};

/** The four columns of the CoNLL-2003 shared task: word, part of speech, chunk, tag. */
export const conll2003: Format = {
  name: 'conll2003',
  summary: 'the four columns of CoNLL-2003: word, part of speech, chunk, tag, separated by one space',
  extensions: ['.conll', '.txt'],
  loses: ['text', 'words', 'ids', 'metadata', 'overlaps'],
  detect: (sample) => (isFourColumns(sample) ? columnsScore(sample) * 0.9 : 0),
  read: readColumns,
  *write(documents, context) {
    const file = `${context.stem}.conll`;
    const layout = {
      mark: `${DOCUMENT_MARK} -X- -X- O`,
      row: (word: string, tag: string) => `${word.replace(/\s/gu, '_')} -X- -X- ${tag}`,
    };
    for (const text of writeRows(documents, context, layout)) yield { file, text };
  },
};

function* readColumns(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  const layout = layoutOf(source.head, context);
  const { isTabbed, count, word: wordColumn, tag: tagColumn, hasHeading } = layout;
  requireTagColumn(context, count, source.name);
  const others = layout.others.map((column) => new OtherColumn(column));
  const labels = new Set<string>();
  const builder = new DocumentBuilder();
  context.columns({ count, word: wordColumn + 1, tag: tagColumn + 1 });
  if (wordColumn > 0) context.note(`words are read from column ${wordColumn + 1}`);
  let line = 0;
  for (const written of source.lines) {
    line++;
    const text = written.charCodeAt(0) === 0xfeff ? withoutMark(written, context) : written;
    if (isBlank(text)) {
      builder.endSentence();
    } else if (text.charCodeAt(0) === 0x2d && text.startsWith(DOCUMENT_MARK)) {
      builder.beginDocument();
    } else {
      const columns = cutRow(text, isTabbed);
      if (text.startsWith('# ') && !isTokenRow(columns, layout)) {
        context.comment();
        if (text.startsWith('# newdoc')) builder.beginDocument(idOf(text));
      } else if (hasHeading && line === layout.firstLine) {
        context.note(`line ${line} read as the names of the columns`);
      } else if (columns.length === count && count > 1 && columns[wordColumn] !== '') {
        const tag = isTabbed ? columns[tagColumn].trim() : columns[tagColumn];
        builder.addToken(columns[wordColumn], tag, line);
        if (others.length > 0) {
          if (tag !== 'O') labels.add(tag.slice(2));
          for (const other of others) other.add(columns[other.column]);
        }
      } else {
        checkRow(columns, { layout, source, line, text, context });
      }
    }
    if (builder.hasReady) yield* builder.take();
  }
  yield* builder.finish();
  for (const other of others) describeOther(other, { tagColumn, labels, context });
}

/** A line where another file was joined on. */
function withoutMark(line: string, context: ReadContext): string {
  context.count('{n} byte order marks within the file removed');
  return line.slice(1);
}

/** Whether a hint says that two columns hold tags over the same labels: predictions beside gold, as `tag` writes them. */
export function isSecondColumnHint(hint: string): boolean {
  return /^columns \d+ and \d+ both hold tags/.test(hint);
}

/** Says that a column holds tags that were not read. */
export function describeOther(
  other: OtherColumn,
  { tagColumn, labels, context }: { tagColumn: number; labels: ReadonlySet<string>; context: ReadContext },
): void {
  if (context.tagColumn !== undefined || other.names === 0 || other.holdsChunks) return;
  const column = other.column + 1;
  if (!other.sharesLabels(labels)) {
    context.hint(
      `column ${column} holds ${other.names} more names, which were not read; --tag-column ${column} reads them`,
    );
    return;
  }
  context.hint(
    `columns ${Math.min(column, tagColumn + 1)} and ${Math.max(column, tagColumn + 1)} both hold tags over the same ` +
      `labels: column ${tagColumn + 1} was read, the ${other.names} names of column ${column} were not; if the other ` +
      `one holds the gold tags, say --tag-column ${column}`,
  );
}

/** Whether a line that begins like a comment is a row: it has the columns of one, and a tag. */
function isTokenRow(columns: readonly string[], { count, tag, knownTags }: ReturnType<typeof layoutOf>): boolean {
  if (columns.length !== count || count < 2) return false;
  return knownTags.has(columns[tag]) || looseTag(columns[tag]) !== null;
}

/** `# newdoc id = 7` -> `7`. */
export function idOf(comment: string): string | null {
  return /^# newdoc\s+id\s*=\s*(.+?)\s*$/.exec(comment)?.[1] ?? null;
}

/** The share of lines that look like columns with a tag at the end. */
function columnsScore({ lines }: Sample): number {
  const rows = lines.filter((line) => !line.startsWith('# ') && !line.startsWith(DOCUMENT_MARK));
  if (rows.length === 0) return lines.length > 0 ? 0.5 : 0;
  const tagged = rows.filter(endsInTag).length;
  return tagged > rows.length / 2 ? 1 : tagged / rows.length / 2;
}

function isFourColumns({ lines }: Sample): boolean {
  const rows = lines.filter((line) => !line.startsWith('#') && !line.startsWith(DOCUMENT_MARK));
  if (lines.some((line) => /^-DOCSTART- -X- (?:-X- |O )O$/.test(line))) return true;
  return rows.length > 0 && rows.every((line) => line.trim().split(/[ \t]+/).length === 4);
}

function endsInTag(line: string): boolean {
  const columns = line.trim().split(/[\t ]+/);
  return columns.length > 1 && looseTag(columns[columns.length - 1]) !== null;
}

interface RowLayout {
  readonly mark: string;
  row(word: string, tag: string): string;
}

/** Rows of columns; a mark stands between documents, and at the top of a file of several. */
export function* writeRows(
  documents: Iterable<Document>,
  context: WriteContext,
  { mark, row }: RowLayout,
): Generator<string> {
  let isFirst = true;
  for (const { sentences, startsDocument } of rowsOf(documents, context)) {
    const head = `${isFirst ? '' : '\n'}${startsDocument ? `${mark}\n\n` : ''}`;
    isFirst = false;
    const blocks = sentences.map(({ words, tags }) =>
      words.map((word, token) => `${row(checkedWord(word.replace(/[\t\r\n\0]/g, ' ')), tags[token])}\n`).join(''),
    );
    yield head + blocks.join('\n');
  }
}

/**
 * Sentences as two columns, `word TAB tag`; documents are separated by a `-DOCSTART-` line, which a file of one document
 * has not.
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
