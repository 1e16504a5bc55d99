/** The library: `import { loadTagger } from 'onomast'`. Importing it does nothing else. */

export { type ConvertTextOptions, convert } from '#annotation/conversion/convert.js';
export { type Loss, type WriteOptions, writeDocuments } from '#annotation/conversion/write-documents.js';
export type { Document, DocumentSpan, Metadata, SentenceRange } from '#annotation/documents/document.js';
export type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
export type { Ledger, MisalignedSpan, SpanUnit } from '#annotation/documents/ledger.js';
export { FORMAT_NAMES } from '#annotation/formats/format-table.js';
export { check } from '#annotation/lint/check-corpora.js';
export type { LintReport } from '#annotation/lint/lint-corpus.js';
export { type ReadCorpus, readCorpus } from '#annotation/reading/read-corpus-file.js';
export { type DocumentInput, readDocuments } from '#annotation/reading/read-documents.js';
export type { ReadOptions } from '#annotation/reading/read-options.js';
export type { Token } from '#annotation/text/token.js';
export type { Tokenizer, TokenizerIdentity } from '#annotation/text/tokenizer.js';
export {
  evaluate,
  type LibraryTrainOptions,
  type ListedModel,
  models,
  type TrainedModel,
  train,
} from '#app/services/library.js';
export { loadTagger } from '#app/services/load-library-tagger.js';
export { AppError, type ErrorCode } from '#base/errors.js';
export type { Evaluation, SpanScores } from '#tagging/evaluation/span-scores.js';
export type {
  Entity,
  ModelIdentity,
  Reading,
  ScoredTagging,
  StreamedToken,
  StreamOptions,
  StreamUpdate,
  TaggedText,
  TaggedToken,
  Tagger,
  TagOptions,
  TagStream,
} from '#tagging/tagger/entity.js';
export type { LoadTaggerOptions } from '#tagging/tagger/load-tagger.js';
export { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
export type { VectorOrigin, VectorTable } from '#tagging/vectors/vector-table.js';
