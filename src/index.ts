/** The library: `import { loadTagger } from 'onomast'`. Importing it does nothing else. */

export type { Token } from '#annotation/text/token.js';
export type { Tokenizer, TokenizerIdentity } from '#annotation/text/tokenizer.js';
export { AppError, type ErrorCode } from '#base/errors.js';
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
export { type LoadTaggerOptions, loadTagger } from '#tagging/tagger/load-tagger.js';
export { loadVectorTable } from '#tagging/vectors/load-vector-table.js';
export type { VectorOrigin, VectorTable } from '#tagging/vectors/vector-table.js';
