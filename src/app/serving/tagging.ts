import type { OffsetUnit } from '#annotation/text/offset-units.js';
import type { StretchOptions } from '#app/redaction/redactor.js';
import type { ModelIdentity, TaggedText, TagOptions } from '#tagging/tagger/entity.js';
import type { TagResultOptions } from '#tagging/tagger/tag-response.js';
import type { Failure } from './failure.js';

/** What finds the names in the texts of requests, here or in other threads. */
export interface Tagging {
  /**
   * Tags the inputs of one request. What cannot be tagged becomes its failure, the others are not touched by it.
   *
   * @param spec `name` or `name@version`; the active model when absent.
   * @throws {AppError} `unknown_model`, `no_model`, what loading throws, `worker_failed`, or the reason of the signal.
   */
  tag(spec: string | undefined, job: TagJob, signal: AbortSignal): Promise<JobAnswer>;
  /** The model that tags; comes back when it is loaded. Throws as `tag`. */
  model(spec?: string): Promise<TaggingModel>;
}

export interface TaggingModel {
  readonly identity: ModelIdentity;
  readonly labels: readonly string[];
}

/** Texts, or sentences of words, and what is to be said of them. It goes from thread to thread as it is. */
export interface TagJob {
  readonly inputs: JobInputs;
  readonly options: TagOptions;
  readonly form: AnswerForm;
}

export type JobInputs = { readonly texts: readonly string[] } | { readonly sentences: readonly (readonly string[])[] };

/**
 * How an input is answered: `result` and `huggingFace` as JSON text, made where the text is tagged, for that takes long
 * too; `names` as the text with its names; `doubt` as how unsure the model is of the text; `stretches` as JSON: `[start, end, label]` of all that is to be hidden.
 */
export type AnswerForm =
  | ({ readonly kind: 'result' } & TagResultOptions)
  | ({ readonly kind: 'huggingFace' } & HuggingFaceOptions)
  | { readonly kind: 'names' }
  | { readonly kind: 'doubt' }
  | ({ readonly kind: 'stretches'; readonly region: string | undefined } & Omit<StretchOptions, 'phones'>);

export type AggregationStrategy = 'none' | 'simple' | 'first' | 'average' | 'max';

export interface HuggingFaceOptions {
  /** Of the tagger; false unless told. */
  readonly isPlain?: boolean;
  readonly strategy: AggregationStrategy;
  readonly ignoreLabels: readonly string[];
  readonly offsetUnit: OffsetUnit;
}

/** One for each input, in their order. */
export interface JobAnswer extends TaggingModel {
  readonly outputs: readonly (JobOutput | Failure)[];
  /** Milliseconds spent on tagging. */
  readonly ms: number;
  /** Tokens that were tagged. */
  readonly tokens: number;
}

/** JSON, or for `names` the text with its names and without its tokens. */
export type JobOutput = string | Pick<TaggedText, 'text' | 'entities'>;
