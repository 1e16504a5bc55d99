/** The library: `import { loadTagger } from 'onomast'`. Importing it does nothing else. */
export { AppError, type ErrorCode } from './errors.js';
export type {
  Entity,
  ModelIdentity,
  Reading,
  StreamedToken,
  StreamOptions,
  StreamUpdate,
  TaggedText,
  TaggedToken,
  Tagger,
  TagOptions,
  TagStream,
} from './tagger/entity.js';
export { type LoadTaggerOptions, loadTagger } from './tagger/load-tagger.js';
export type { Token } from './text/token.js';
export { loadVectorTable } from './vectors/load-vector-table.js';
export type { VectorOrigin, VectorTable } from './vectors/vector-table.js';
