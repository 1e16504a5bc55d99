import { type Document, wordSentencesOf } from '#annotation/documents/document.js';
import type { OverlapPolicy } from '#annotation/documents/resolve-overlaps.js';
import { sentencesOfDocument } from '#annotation/documents/sentences-of-document.js';
import { ASPECTS, type Aspect, type Format, type WrittenPiece } from '#annotation/formats/format.js';
import { findFormat } from '#annotation/formats/format-table.js';

export interface WriteOptions {
  /** Where names overlap and the format can hold one only; the longest by default. */
  readonly overlaps?: OverlapPolicy;
  /** Name of the file that is written, without extension; `corpus` by default. */
  readonly stem?: string;
  /** Everything goes into one stream. False by default. */
  readonly isStream?: boolean;
}

/** Something that documents hold and a format does not, and how many documents hold it. */
export interface Loss {
  readonly aspect: Aspect;
  readonly documents: number;
  /** For a person: `the text as it was given (words are kept)`. */
  readonly what: string;
}

export interface Writing {
  readonly format: Format;
  /** Pieces of one or several files, made as they are asked for. */
  readonly pieces: Iterable<WrittenPiece>;
  /** Complete when all pieces have been taken. */
  losses(): readonly Loss[];
  /** Documents written so far. */
  documents(): number;
  /** Names written so far. */
  names(): number;
}

/**
 * Writes documents in a format, piece by piece.
 *
 * @throws {AppError} `invalid_argument` for an unknown format, or for what it cannot hold at all.
 */
export function openWriting(documents: Iterable<Document>, formatName: string, options: WriteOptions = {}): Writing {
  const format = findFormat(formatName);
  const { overlaps = 'longest', stem = 'corpus', isStream = false } = options;
  const counts = new Map<Aspect, number>();
  let documentCount = 0;
  let nameCount = 0;
  function* counted(): Generator<Document> {
    for (const document of documents) {
      documentCount++;
      nameCount += namesOf(document, format.loses.includes('overlaps') ? overlaps : null);
      for (const aspect of format.loses) {
        if (HOLDS[aspect](document, format)) counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
      }
      yield document;
    }
  }
  return {
    format,
    pieces: format.write(counted(), { overlaps, stem, isStream }),
    losses: () => [...counts].map(([aspect, count]) => ({ aspect, documents: count, what: ASPECTS[aspect] })),
    documents: () => documentCount,
    names: () => nameCount,
  };
}

/**
 * Writes documents in a format, whole.
 *
 * ```ts
 * const { files, losses } = writeDocuments(documents, 'conll');
 * files[0]; // { name: 'corpus.conll', text: 'Ann\tB-PER\nleft\tO\n.\tO\n' }
 * ```
 *
 * @throws {AppError} as {@link openWriting}
 */
export function writeDocuments(
  documents: Iterable<Document>,
  format: string,
  options: WriteOptions = {},
): { readonly files: readonly { readonly name: string; readonly text: string }[]; readonly losses: readonly Loss[] } {
  const writing = openWriting(documents, format, options);
  const files = new Map<string, string[]>();
  for (const { file, text } of writing.pieces) {
    const pieces = files.get(file);
    if (pieces === undefined) files.set(file, [text]);
    else pieces.push(text);
  }
  return {
    files: [...files].map(([name, pieces]) => ({ name, text: pieces.join('') })),
    losses: writing.losses(),
  };
}

/** Whether a document holds something that a format may lose. */
const HOLDS: Readonly<Record<Aspect, (document: Document, format: Format) => boolean>> = {
  text: ({ isTextGiven }) => isTextGiven,
  tokens: ({ areTokensGiven }) => areTokensGiven,
  words: ({ areTokensGiven, tokens }) => areTokensGiven && tokens.some(({ text }) => /[\s|]/u.test(text)),
  sentences: (document) => wordSentencesOf(document) !== null && document.sentences.length > 1,
  documents: ({ continues }) => continues,
  ids: ({ id }) => id !== null,
  metadata: ({ meta }) => Object.keys(meta).length > 0,
  labels: ({ spans }, { labelMarks }) =>
    labelMarks !== undefined && spans.some(({ label }) => label.search(labelMarks) !== -1),
  overlaps: (document) => sentencesOfDocument(document).overlaps.length > 0,
  plain: ({ isPlain }) => isPlain,
};

function namesOf(document: Document, overlaps: OverlapPolicy | null): number {
  const words = wordSentencesOf(document);
  if (words === null)
    return document.spans.length - (overlaps === null ? 0 : sentencesOfDocument(document, overlaps).overlaps.length);
  return words.reduce((sum, { tags }) => sum + tags.filter((tag) => tag.charCodeAt(0) === 0x42).length, 0);
}
