import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { TrainingJobState } from '#app/store/training-jobs.js';
import type { ActivationChoice, ActivationOutcome } from './activation.js';
import type { FoldChoice } from './train.js';

/** What a training that runs in a process of its own is asked for. */
export interface TrainingJobRequest {
  /** What people call it. */
  readonly title: string;
  /** The project that its sentences come from, where they come from one. */
  readonly project?: number;
  readonly data: TrainingData;
  /** `names`, `accurate`, `tiny`, … */
  readonly recipe: string;
  /** A model that the training goes on from, `name@version`; its network, vectors and labels are the start, and `recipe` is not used. */
  readonly base?: string;
  /** Single settings over those of the recipe, as in a `--config` file. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** 0 unless told. */
  readonly seed?: number;
  /** Folds by which the sentences are scored where there is no dev part; `auto` unless told: where few names ask for it. */
  readonly folds?: FoldChoice;
  /** What the model is registered as, and the name of its directory: letters, digits, `.`, `_` and `-`. */
  readonly modelName: string;
  /** `when_better` unless told. */
  readonly activation?: ActivationChoice;
  /** Texts that are tagged after every epoch, so that one sees names appear. */
  readonly watch?: readonly string[];
}

/** Where the sentences come from; where there is no `dev`, a tenth of `train` is set apart or folds score it. */
export type TrainingData =
  | { readonly kind: 'bundled' }
  | { readonly kind: 'files'; readonly train: readonly string[]; readonly dev?: string; readonly test?: string }
  | {
      readonly kind: 'sentences';
      readonly train: readonly LabelledSentence[];
      readonly dev?: readonly LabelledSentence[];
    };

/** Shares from 0 to 1, of whole entities. */
export interface JobScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** F1 of each label. */
  readonly labels: Readonly<Record<string, number>>;
}

/** One thing that a training told. All are plain JSON; a number that is not known yet is null. */
export type TrainingJobEvent =
  | { readonly type: 'state'; readonly state: TrainingJobState }
  | {
      readonly type: 'start';
      readonly runId: string;
      readonly sentences: { readonly train: number; readonly dev: number; readonly test: number };
      readonly labels: readonly string[];
      readonly parameters: number;
      readonly resumedAtEpoch: number | null;
    }
  /** Something that went otherwise than asked, or that is worth knowing. */
  | { readonly type: 'notice' | 'remark'; readonly message: string }
  /** At most a few a second, and the only events that are not kept. */
  | ({ readonly type: 'step'; readonly batch: number; readonly batches: number } & Progress)
  | ({
      readonly type: 'epoch';
      readonly learningRate: number;
      readonly gradientNorm: number;
      readonly isBest: boolean;
      /** Null where the epoch was not evaluated. */
      readonly dev: JobScores | null;
    } & Progress)
  | { readonly type: 'watch'; readonly epoch: number; readonly texts: readonly WatchedText[] }
  | {
      readonly type: 'result';
      readonly output: string;
      readonly weightsSha256: string;
      readonly seconds: number;
      readonly epochs: number;
      readonly bestEpoch: number;
      readonly dev: JobScores;
      readonly test: JobScores | null;
      readonly activation: ActivationOutcome;
    }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly step: number;
  readonly loss: number | null;
  readonly tokensPerSecond: number | null;
  readonly seconds: number;
  /** If it runs to the last epoch. */
  readonly secondsLeft: number | null;
}

/** A text of the watch-list as the model tags it now. */
export interface WatchedText {
  readonly text: string;
  readonly entities: readonly {
    readonly start: number;
    readonly end: number;
    readonly label: string;
    readonly score: number;
  }[];
}

/** An event with its place; the number goes into `id:` of a server-sent event. */
export interface NumberedEvent {
  /** From 1 without gaps for each job; null for steps, which are not kept. */
  readonly sequence: number | null;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: TrainingJobEvent;
}

export interface TrainingJob {
  readonly id: string;
  readonly title: string;
  readonly project?: number | undefined;
  readonly state: TrainingJobState;
  readonly modelName: string;
  readonly recipe: string;
  /** The directory the model is written to; absolute. */
  readonly output: string;
  readonly createdAt: string;
  readonly changedAt: string;
}

/** Trainings that run in processes of their own, so that tagging stays quick and a kill costs an epoch at most. */
export interface TrainingJobs {
  /** @throws {AppError} `training_in_progress` while another runs; `invalid_argument` or `invalid_config`. */
  start(request: TrainingJobRequest): TrainingJob;
  /** Newest first. */
  list(): readonly TrainingJob[];
  /** @throws {AppError} `not_found` */
  get(id: string): TrainingJob;
  /** Ends the process and keeps where it was. Takes effect after the step at hand. */
  pause(id: string): void;
  /** Goes on where it was: after a pause, or after the end of the program. The result is that of a run in one go. */
  resume(id: string): void;
  /** Ends it for good; nothing is left of it but its record. */
  stop(id: string): void;
  /** Forgets a job that does not run. */
  remove(id: string): void;
  /** What it told so far, steps left out; those after `sequence`. */
  events(id: string, after?: number): readonly NumberedEvent[];
  /** Calls `listener` for everything it tells from now on; returns the function that ends that. */
  watch(id: string, listener: (event: NumberedEvent) => void): () => void;
  /** Pauses what runs and waits for it. */
  close(): Promise<void>;
}
