/** The tagger without Node: `import { loadTagger } from 'onomast/browser'`. */

export { type LoadBrowserTaggerOptions, loadTagger, type ModelBytes } from '#app/export/browser-tagger.js';
export { AppError, type ErrorCode } from '#base/errors.js';
export type {
  Entity,
  ModelIdentity,
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
