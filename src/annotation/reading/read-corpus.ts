import type { CorpusContent } from '#annotation/documents/corpus-source.js';
import type { Document } from '#annotation/documents/document.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Ledger } from '#annotation/documents/ledger.js';
import { type DocumentInput, type DocumentPiece, openPieces } from './read-documents.js';
import type { ReadOptions } from './read-options.js';

export interface ParseCorpusOptions extends CorpusContent, ReadOptions, Pick<DocumentInput, 'companion'> {
  /** Of the file, for messages: `name:line: expected …, found …`. */
  readonly name: string;
}

export interface Corpus {
  readonly sentences: readonly LabelledSentence[];
  /** What was found, repaired and left out. */
  readonly report: Ledger;
}

/**
 * Reads an annotated corpus in any of the formats of `formats/format-table`, as labelled sentences. Tags become well-formed
 * IOB2; the report tells what was found, repaired, moved or left out, with lines. With `strict`, the first thing to repair
 * is an error instead.
 *
 * @throws {AppError} One sentence with file, line, expectation and value found: `malformed_corpus`, `invalid_tag`,
 *   `empty_corpus`, `not_utf8`, `misaligned_span`, `overlapping_spans`; `invalid_argument` for wrong options.
 */
export function parseCorpus(options: ParseCorpusOptions): Corpus {
  const reading = openPieces(options, options);
  const { sentences } = collectCorpus(options.name, reading.pieces);
  return { sentences, report: reading.ledger() };
}

/** Documents, and their sentences with a number for each document: pieces of one document have the same. */
export function collectCorpus(
  file: string,
  pieces: Iterable<DocumentPiece>,
): { readonly documents: readonly Document[]; readonly sentences: readonly LabelledSentence[] } {
  const documents: Document[] = [];
  const sentences: LabelledSentence[] = [];
  let number = -1;
  for (const piece of pieces) {
    if (!piece.document.continues || number === -1) number++;
    documents.push(piece.document);
    for (const { words, tags, line } of piece.sentences) {
      sentences.push({ words, tags, document: number, source: { file, line } });
    }
  }
  return { documents, sentences };
}
