import type { ModelFiles } from '#tagging/model/model-directory.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';
import type { AnsweredJob } from './answer-jobs.js';
import type { Failure } from './failure.js';
import type { TagJob } from './tagging.js';

/** What a worker is told. */
export type ToWorker =
  | {
      readonly type: 'load';
      readonly key: string;
      /** In memory that all threads share. */
      readonly files: ModelFiles;
      readonly path: string;
      readonly identity: ModelIdentity;
    }
  | { readonly type: 'forget'; readonly key: string }
  | { readonly type: 'jobs'; readonly batch: number; readonly key: string; readonly jobs: readonly TagJob[] };

/** What it answers. */
export type FromWorker =
  | { readonly type: 'loaded'; readonly key: string; readonly labels: readonly string[] }
  | { readonly type: 'refused'; readonly key: string; readonly failure: Failure }
  | {
      readonly type: 'answers';
      readonly batch: number;
      /** Undefined for jobs that were given up. */
      readonly answers: readonly (AnsweredJob | Failure | undefined)[];
    };

/** What a worker is started with. */
export interface WorkerStart {
  /** The number of the batch that nobody wants any more; in memory that both threads share. */
  readonly givenUp: Int32Array;
  /** Bytes that the network of a model may take. */
  readonly kernelBytes: number;
}
