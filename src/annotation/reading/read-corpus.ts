import type { CorpusContent } from '#annotation/documents/corpus-source.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Ledger } from '#annotation/documents/ledger.js';
import { type DocumentInput, openPieces } from './read-documents.js';
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
  const { name } = options;
  const reading = openPieces(options, options);
  const sentences: LabelledSentence[] = [];
  let document = -1;
  for (const piece of reading.pieces) {
    if (!piece.document.continues || document === -1) document++;
    for (const { words, tags, line } of piece.sentences) {
      sentences.push({ words, tags, document, source: { file: name, line } });
    }
  }
  return { sentences, report: reading.ledger() };
}
