import type { JsonObject } from './rows.js';

export type RunStatus = 'running' | 'finished' | 'interrupted' | 'failed';

export interface NewRun {
  readonly id: string;
  readonly config: JsonObject;
  readonly seed: number;
  readonly dataSha256: string;
  /** The directory the model is written to. */
  readonly output: string;
  /** What people call the data: a file, a project. */
  readonly corpus?: string;
  /** That was told, or chosen by the corpus. */
  readonly recipe?: string;
}

/** One pass over the training part. Precision, recall and F1 are of whole entities on the dev part, 0 to 1. */
export interface NewEpoch {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly devPrecision: number;
  readonly devRecall: number;
  readonly devF1: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly tokensPerSecond: number;
  readonly seconds: number;
}

export type Measure = Exclude<keyof NewEpoch, 'epoch' | 'step'>;

/** As it was recorded; `null` stands for a number that was not finite, such as the loss of a run that diverged. */
export type EpochRecord = { readonly epoch: number; readonly step: number } & {
  readonly [K in Measure]: number | null;
};

export interface RunOutcome {
  readonly modelName?: string;
  readonly modelVersion?: number;
  readonly error?: string;
}

export interface RunRecord extends NewRun, RunOutcome {
  readonly status: RunStatus;
  /** Absolute. */
  readonly output: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly epochCount: number;
  readonly bestDevF1: number | null;
}

export interface RunWithEpochs extends RunRecord {
  /** In order of `epoch`. */
  readonly epochs: readonly EpochRecord[];
}
