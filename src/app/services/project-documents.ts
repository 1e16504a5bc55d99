import { type Document, NO_METADATA, type SentenceRange } from '#annotation/documents/document.js';
import type { Ledger } from '#annotation/documents/ledger.js';
import { resolveOverlaps } from '#annotation/documents/resolve-overlaps.js';
import { readDocuments } from '#annotation/reading/read-documents.js';
import type { Token } from '#annotation/text/token.js';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import type { TokenOffsets } from '#app/shared/marks.js';
import type { DocumentRecord, MarkedSpan, NewDocument } from '#app/store/projects.js';
import { AppError } from '#base/errors.js';

/** What stands in a file or in the field of the page. */
export interface Upload {
  /** For messages. */
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Of the table of formats; `text` for plain text, a document a paragraph; `auto` finds out. */
  readonly format: string;
  /** Whether people have marked the names in it already. */
  readonly isChecked: boolean;
}

/** What would be kept, and what the reading says of it. */
export interface ReadUpload {
  readonly documents: readonly NewDocument[];
  readonly labels: readonly string[];
  readonly ledger: UploadLedger;
}

/** What is shown before anything is kept. */
export interface UploadLedger {
  readonly format: string;
  readonly documents: number;
  readonly names: Ledger['names'];
  readonly byLabel: readonly { readonly label: string; readonly names: number }[];
  /** Sentences about what was repaired, moved or left out. */
  readonly remarks: readonly string[];
}

export const PLAIN_TEXT = 'text';
export const ANY_FORMAT = 'auto';
/** Documents of one upload. */
const MOST_DOCUMENTS = 50_000;
/** Lines that cannot be read; a file with more of them is another kind of file. */
const MOST_FAULTS = 1000;
const LISTED = 5;

/** @throws {AppError} what `readDocuments` throws: one sentence with line, expectation and what was found. */
export function readUpload(upload: Upload, textLimit: number): ReadUpload {
  return isPlain(upload) ? readParagraphs(upload, textLimit) : readAnnotated(upload, textLimit);
}

/** JSON, columns parted by tabs, or a column of tags: what a person types or pastes from a page has none of them. */
const LOOKS_ANNOTATED = /^\s*[[{]|\t|^\S.* (?:O|[BIESLU]-\S+)$|<START:|^-DOCSTART-/mu;
const PEEKED = 4096;

/** A file says by its name and content what it is; a pasted text is plain unless it cannot be. */
function isPlain({ format, name, content }: Upload): boolean {
  if (format !== ANY_FORMAT) return format === PLAIN_TEXT;
  if (name !== '') return /\.txt$/i.test(name);
  return typeof content === 'string' && !LOOKS_ANNOTATED.test(content.slice(0, PEEKED));
}

function readParagraphs({ content, name }: Upload, textLimit: number): ReadUpload {
  const text = typeof content === 'string' ? content : decoded(content, name);
  const documents = text
    .split(/\r?\n[ \t]*(?:\r?\n[ \t]*)+/u)
    .map((paragraph) => paragraph.trim().replaceAll('\r\n', '\n'))
    .filter((paragraph) => paragraph !== '')
    .map((paragraph): NewDocument => ({ ...UNTOUCHED, text: paragraph }));
  if (documents.length === 0) throw new AppError('empty_corpus', `${name || 'text'}: expected some text, found none`);
  requireSizes(documents, textLimit);
  const names = { in: 0, aligned: 0, repaired: 0, leftOut: 0 };
  return {
    documents,
    labels: [],
    ledger: { format: PLAIN_TEXT, documents: documents.length, names, byLabel: [], remarks: [] },
  };
}

const UNTOUCHED: Omit<NewDocument, 'text'> = {
  name: null,
  tokens: null,
  sentences: null,
  meta: NO_METADATA,
  status: 'new',
  spans: [],
};

function readAnnotated({ name, content, format, isChecked }: Upload, textLimit: number): ReadUpload {
  const input = typeof content === 'string' ? { text: content } : { bytes: content };
  const { documents, ledger } = readDocuments(
    { name: name || 'text', ...input },
    { maxFaults: MOST_FAULTS, ...(format !== ANY_FORMAT && { format }) },
  );
  if (documents.length === 0)
    throw new AppError('malformed_corpus', ledger.faults[0]?.message ?? `${name}: expected a document, found none`);
  const hasNames = ledger.names.in > 0;
  const read = documents.map((document): NewDocument => {
    const { id, text, tokens, areTokensGiven, sentences, meta, spans } = document;
    const { kept } = resolveOverlaps(
      spans.map(({ label, start, end }) => ({ label, startToken: start, endToken: end })),
      'longest',
    );
    return {
      name: id,
      text,
      tokens: areTokensGiven ? tokens.flatMap(({ start, end }) => [start, end]) : null,
      sentences: areTokensGiven ? sentences.map(({ to }) => to) : null,
      meta,
      status: hasNames ? (isChecked ? 'accepted' : 'draft') : 'new',
      spans: kept.map(({ label, startToken: start, endToken: end }) => ({ start, end, label })),
    };
  });
  requireSizes(read, textLimit);
  return {
    documents: read,
    labels: ledger.entitiesByLabel.map(({ label }) => label),
    ledger: shown(ledger, read.length),
  };
}

function shown(ledger: Ledger, documents: number): UploadLedger {
  const { misaligned, overlaps, repairs, leftOut, faults } = ledger;
  const said = (count: number, what: string, first: readonly string[]): string[] =>
    count === 0
      ? []
      : [`${count} ${what}${first.length === 0 ? '' : `, the first: ${first.slice(0, LISTED).join('; ')}`}`];
  return {
    format: ledger.format,
    documents,
    names: ledger.names,
    byLabel: ledger.entitiesByLabel.map(({ label, entities }) => ({ label, names: entities })),
    remarks: [
      ...said(
        faults.length,
        'places that could not be read',
        faults.map(({ message }) => message),
      ),
      ...said(
        repairs.total,
        'tags repaired',
        repairs.first.map(({ line, tag, word }) => `line ${line}: ${tag} on ${word}`),
      ),
      ...said(
        misaligned.length,
        'names whose edges were no edges of words',
        misaligned.map(({ line, outcome, suggestion }) => `line ${line}: ${outcome}, ${suggestion}`),
      ),
      ...said(
        overlaps.length,
        'names dropped because they overlap another one',
        overlaps.map(({ line, dropped }) => `line ${line}: ${dropped.label} ${dropped.text}`),
      ),
      ...said(
        leftOut.total,
        'records left out',
        leftOut.first.map(({ line, reason }) => `line ${line}: ${reason}`),
      ),
      ...ledger.hints,
    ].map((remark) => (remark.length > 600 ? `${remark.slice(0, 600)}…` : remark)),
  };
}

function requireSizes(documents: readonly NewDocument[], limit: number): void {
  if (documents.length > MOST_DOCUMENTS)
    throw new AppError(
      'too_many_items',
      `upload: expected at most ${MOST_DOCUMENTS} documents, found ${documents.length}`,
      {
        details: { limit: MOST_DOCUMENTS },
      },
    );
  const long = documents.findIndex(({ text }) => text.length > limit);
  if (long !== -1)
    throw new AppError(
      'text_too_long',
      `upload: document ${long + 1}: expected at most ${limit} UTF-16 units, found ${documents[long].text.length}`,
      { details: { limit } },
    );
}

function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('not_utf8', `${name}: expected UTF-8, found other bytes`, { cause });
  }
}

const tokenizer = createDefaultTokenizer();

/** The tokens of a kept document, cut at the edges of its names. */
function tokensOf({ text, tokens, spans }: Pick<DocumentRecord, 'text' | 'tokens' | 'spans'>): Token[] {
  const whole =
    tokens === null
      ? tokenizer.tokenize(text)
      : Array.from({ length: tokens.length / 2 }, (_, i) => tokenOf(text, tokens[2 * i], tokens[2 * i + 1]));
  const cuts = spans.flatMap(({ start, end }) => [start, end]).sort((left, right) => left - right);
  let next = 0;
  return whole.flatMap((token) => {
    while (next < cuts.length && cuts[next] <= token.start) next++;
    const pieces: Token[] = [];
    let from = token.start;
    for (let cut = next; cut < cuts.length && cuts[cut] < token.end; cut++) {
      if (cuts[cut] > from) pieces.push(tokenOf(text, from, cuts[cut]));
      from = cuts[cut];
    }
    return pieces.length === 0 ? [token] : [...pieces, tokenOf(text, from, token.end)];
  });
}

export function tokenOffsetsOf(document: Pick<DocumentRecord, 'text' | 'tokens' | 'spans'>): TokenOffsets {
  return tokensOf(document).flatMap(({ start, end }) => [start, end]);
}

function tokenOf(text: string, start: number, end: number): Token {
  return { text: text.slice(start, end), start, end };
}

/** A kept document as the hub of all formats. */
export function documentOf(record: DocumentRecord, file: string): Document {
  const tokens = tokensOf(record);
  const { id, name, text, meta, spans } = record;
  return {
    id: name ?? String(id),
    text,
    isTextGiven: true,
    tokens,
    areTokensGiven: record.tokens !== null,
    sentences: sentenceRanges(record, tokens, id),
    spans: spans.map(({ start, end, label }: MarkedSpan) => ({ start, end, label })),
    isPlain: false,
    continues: false,
    meta,
    origin: { file, line: id },
  };
}

/** Of the file where it says so (ends count its own tokens, of which names may have cut some), else of the tokenizer. */
function sentenceRanges(
  { text, tokens, sentences }: DocumentRecord,
  cut: readonly Token[],
  line: number,
): SentenceRange[] {
  if (tokens === null || sentences === null) {
    let from = 0;
    return tokenizer.sentences(text, cut).map((sentence) => {
      const range = { from, to: from + sentence.length, line };
      from = range.to;
      return range;
    });
  }
  let from = 0;
  const ranges = sentences.map((to) => {
    const end = tokens[2 * to - 1];
    let until = from;
    while (until < cut.length && cut[until].end <= end) until++;
    const range = { from, to: until, line };
    from = until;
    return range;
  });
  return ranges.filter((range) => range.from < range.to);
}
