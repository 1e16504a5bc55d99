/** The library: `import { loadTagger } from 'onomast'`. Importing it does nothing else. */
export { AppError, type ErrorCode } from './errors.js';
export type { Entity, ModelIdentity, TaggedText, TaggedToken, Tagger, TagOptions } from './tagger/entity.js';
export { type LoadTaggerOptions, loadTagger } from './tagger/load-tagger.js';
export type { Token } from './text/token.js';
