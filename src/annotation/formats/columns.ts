import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import { NO_METADATA } from '#annotation/documents/document.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import type { WrittenSentence } from '#annotation/documents/written-sentence.js';
import { isTagLike, looseTag } from '#annotation/tags/loose-tags.js';
import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import type { ReadContext } from './format.js';

export const DOCUMENT_MARK = '-DOCSTART-';

/** Sentences of one document that are handed out together; what is longer goes on in the next piece. */
const PIECE_SENTENCES = 1000;

/**
 * Collects tokens, line by line, into sentences, and sentences into documents. Where a file begins without a mark between
 * documents, sentences are handed out one by one, each going on with the document before it.
 */
export class DocumentBuilder {
  #words: string[] = [];
  #tags: string[] = [];
  #lines: number[] = [];
  #sentences: WrittenSentence[] = [];
  #hasMarks = false;
  #isBegun = false; // the document has handed out a piece already
  #id: string | null = null;
  readonly #ready: WrittenDocument[] = [];

  addToken(word: string, tag: string, line: number): void {
    this.#words.push(word);
    this.#tags.push(tag);
    this.#lines.push(line);
  }

  /** Does nothing between sentences, so that blank lines may be repeated. */
  endSentence(spacing?: Pick<WrittenSentence, 'gaps' | 'lead'>): void {
    if (this.#words.length === 0) return;
    const sentence = { words: this.#words, tags: this.#tags, lines: this.#lines };
    this.#sentences.push(spacing === undefined ? sentence : { ...sentence, ...spacing });
    this.#words = [];
    this.#tags = [];
    this.#lines = [];
    if (!this.#hasMarks || this.#sentences.length === PIECE_SENTENCES) this.#handOut();
  }

  /** Begins a document. Does nothing in an empty one: a mark at the top of a file begins the first one. */
  beginDocument(id: string | null = null): void {
    this.endSentence();
    this.#handOut();
    this.#hasMarks = true;
    this.#isBegun = false;
    this.#id = id;
  }

  /** What is complete. */
  take(): WrittenDocument[] {
    return this.#ready.splice(0);
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  finish(): WrittenDocument[] {
    this.endSentence();
    this.#handOut();
    return this.take();
  }

  #handOut(): void {
    if (this.#sentences.length === 0) return;
    this.#ready.push({
      kind: 'words',
      id: this.#id,
      line: this.#sentences[0].lines[0],
      continues: this.#isBegun,
      meta: NO_METADATA,
      sentences: this.#sentences,
    });
    this.#sentences = [];
    this.#isBegun = true;
  }
}

/** How the rows of a file of columns are cut, found out from its beginning. */
export interface ColumnLayout {
  readonly isTabbed: boolean;
  readonly count: number;
  /** Numbered from 0. */
  readonly word: number;
  readonly tag: number;
  /** Line of the first row with that many columns. */
  readonly firstLine: number;
  /** Columns that hold tags as well. */
  readonly others: readonly number[];
  /** The first row names the columns. */
  readonly hasHeading: boolean;
  /** Tags of the beginning, to tell rows from comments. */
  readonly knownTags: ReadonlySet<string>;
}

const HEADING = /^(?:word|words|token|tokens|text|form)$/i;

/** A row without its line end and what white space stands before that, cut at tabs or at white space. */
export function cutRow(line: string, isTabbed: boolean): string[] {
  if (isTabbed) return line.trimEnd().split('\t');
  return line.trim().split(/[ \t]+/);
}

export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** Finds the layout in the first lines of a file; comments and what stands at the ends of lines decide nothing. */
export function layoutOf(head: string, { tagColumn }: Pick<ReadContext, 'tagColumn'>): ColumnLayout {
  const lines = head.split(/\r?\n|\r/, LAYOUT_LINES);
  const filled = lines
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => !isBlank(text) && !text.startsWith(DOCUMENT_MARK));
  const uncommented = filled.filter(({ text }) => !text.startsWith('# '));
  const rows = uncommented.length > 0 ? uncommented : filled; // a hash may be the only word
  const tabbed = rows.filter(({ text }) => text.trimEnd().includes('\t')).length;
  const isTabbed = tabbed > rows.length / 2;
  const cut = rows.map(({ text, line }) => ({ columns: cutRow(text, isTabbed), line }));
  const counts = new Map<number, { rows: number; line: number }>();
  for (const { columns, line } of cut) {
    const found = counts.get(columns.length);
    if (found === undefined) counts.set(columns.length, { rows: 1, line });
    else found.rows++;
  }
  const isSeveral = [...counts.keys()].some((count) => count > 1);
  const usual = [...counts]
    .filter(([count]) => count > 1 || !isSeveral)
    .sort(([, left], [, right]) => right.rows - left.rows || left.line - right.line);
  const [count, { line: firstLine }] = usual[0] ?? [0, { line: 1 }];
  const fitting = cut.filter(({ columns }) => columns.length === count);
  const first = fitting[0]?.columns ?? [];
  const hasHeading = fitting.length > 1 && HEADING.test(first[0] ?? '') && looseTag(first[count - 1] ?? '') === null;
  const values = hasHeading ? fitting.slice(1) : fitting;
  const tagged = Array.from({ length: count }, (_, column) => column).filter(
    (column) => column > 0 && holdsTags(values.map(({ columns }) => columns[column])),
  );
  const last = count - 1;
  const isNumbered = count > 2 && countsOn(values.map(({ columns }) => columns[0]));
  // Of words that look like tags, none of which is a name: no text is made of nothing but O.
  const isAllOutside = values.every(({ columns }) => columns[last] === 'O');
  const isTagFirst =
    tagged.length === 0 && count === 2 && !isAllOutside && holdsTags(values.map(({ columns }) => columns[0]));
  const usualTag = tagged.length === 0 || tagged.includes(last) ? (isTagFirst ? 0 : last) : tagged[tagged.length - 1];
  const tag = tagColumn === undefined ? usualTag : tagColumn - 1;
  return {
    isTabbed,
    count,
    word: isNumbered || tag === 0 ? 1 : 0,
    tag,
    firstLine,
    others: tagged.filter((column) => column !== tag),
    hasHeading,
    knownTags: new Set(values.map(({ columns }) => columns[tag])),
  };
}

const LAYOUT_LINES = 2000;

/** @throws {AppError} `invalid_argument` for a column that the file has not. */
export function requireTagColumn({ tagColumn }: Pick<ReadContext, 'tagColumn'>, count: number, name: string): void {
  if (tagColumn === undefined || tagColumn <= count) return;
  throw new AppError(
    'invalid_argument',
    `${name}: expected a tag column from 1 to ${count}, the number of its columns, found ${tagColumn} (--tag-column)`,
  );
}

/** Whether the values number rows: 1, 2, 3, and from 1 again in each sentence. */
function countsOn(values: readonly string[]): boolean {
  return (
    values.length > 1 &&
    values[0] === '1' &&
    values.includes('2') &&
    values.every((value, row) => value === '1' || Number(value) === Number(values[row - 1]) + 1)
  );
}

/** Every value is a tag, and one has a label. */
function holdsTags(values: readonly string[]): boolean {
  return values.length > 0 && values.every((value) => isTagLike(value)) && values.some((value) => value.length > 2);
}

/** Kinds of phrases of the shared tasks on chunks (2000, 2003), English and German. */
const CHUNKS: ReadonlySet<string> = new Set('NP VP PP ADJP ADVP SBAR PRT CONJP INTJ LST UCP NC VC PC AC SC'.split(' '));

/** Counts names in a column of tags that is not read, to say so. */
export class OtherColumn {
  readonly column: number;
  names = 0;
  readonly #labels = new Set<string>();

  constructor(column: number) {
    this.column = column;
  }

  add(tag: string): void {
    if (tag === 'O' || tag === undefined) return;
    const first = tag.charCodeAt(0);
    if (first === 0x42 || first === 0x53 || first === 0x55) this.names++; // B, S, U
    this.#labels.add(tag.slice(2));
  }

  /** Whether the labels are kinds of phrases, as the third column of CoNLL-2003 has them, and no kinds of names. */
  get holdsChunks(): boolean {
    return [...this.#labels].every((label) => CHUNKS.has(label));
  }

  /** Whether the labels are those of the column that is read. */
  sharesLabels(labels: ReadonlySet<string>): boolean {
    return [...this.#labels].some((label) => labels.has(label));
  }
}

/** The usual complaints of a reader of columns, and whether the row can be used. */
export function checkRow(
  columns: readonly string[],
  { layout, source, line, text, context }: RowPlace,
): { readonly word: string; readonly tag: string } | null {
  const { name } = source;
  const separator = layout.isTabbed ? ' separated by tabs' : '';
  if (columns.length < 2) {
    const expected = `at least 2 columns${separator} (word and tag)`;
    context.fault(corpusError({ name, line, expected, found: `1 (${quoted(text)})${otherFormat(text)}` }));
    return null;
  }
  if (columns.length !== layout.count) {
    const expected = `${layout.count} columns${separator} as in line ${layout.firstLine}`;
    const found = `${columns.length} (${quoted(text)})${otherFormat(text)}`;
    context.fault(corpusError({ name, line, expected, found }));
    return null;
  }
  const word = columns[layout.word];
  if (word === '') {
    context.fault(corpusError({ name, line, expected: `a word in column ${layout.word + 1}`, found: quoted(text) }));
    return null;
  }
  return { word, tag: columns[layout.tag].trim() };
}

/** Counts lines of a format of sentences that look like rows of columns, and says so: another file was joined on. */
export class StrayRows {
  #count = 0;
  #firstLine = 0;

  look(text: string, line: number): void {
    if (!/^\S+\t[BIESLUM]-\p{L}\S*$/u.test(text)) return;
    if (this.#count === 0) this.#firstLine = line;
    this.#count++;
  }

  describe(context: ReadContext): void {
    if (this.#count === 0) return;
    context.hint(
      `${this.#count} lines were read as sentences that look like rows of columns, the first in line ${this.#firstLine}: ` +
        'are two formats in this file?',
    );
  }
}

/** What a line of another format would be, as part of a sentence; '' for any other line. */
function otherFormat(text: string): string {
  const joined = (what: string): string => `, which looks like ${what}; are two formats in this file?`;
  if (/^\s*[[{]\s*\{?"/.test(text)) return joined('JSON');
  if (/\[[^[\]|]+\|[^[\]|\s]+\]/.test(text)) return joined('a name of our inline form');
  if (/^[^,\s]+,(?:O|[BIESLUM]-\S+)$/.test(text))
    return ', which looks like CSV; that needs a heading such as Word,Tag';
  return /<START(?::\S+)?> .+ <END>/.test(text) ? joined('a name of OpenNLP') : '';
}

interface RowPlace {
  readonly layout: ColumnLayout;
  readonly source: CorpusSource;
  readonly line: number;
  readonly text: string;
  readonly context: ReadContext;
}
