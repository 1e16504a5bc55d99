import type { FinalEvaluation } from '#tagging/evaluation/final-evaluation.js';
import type { LearningEstimate } from '#tagging/evaluation/learning-estimate.js';
import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import type { TaggedText } from '#tagging/tagger/entity.js';

/** One minibatch was trained on. */
export interface StepReport {
  readonly type: 'step';
  /** From 1. */
  readonly epoch: number;
  /** Optimiser steps so far, over the whole training. */
  readonly step: number;
  /** Minibatches of this epoch done, of how many. */
  readonly batch: number;
  readonly batches: number;
  /** Mean loss per token of the epoch so far. */
  readonly loss: number;
  readonly tokens: number;
}

/** One pass over the training part is done. */
export interface EpochReport {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly step: number;
  /** Mean loss per token over the epoch, regularisation included. */
  readonly loss: number;
  readonly learningRate: number;
  /** Mean norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Tokens trained on in this epoch. */
  readonly tokens: number;
  /** Null where `eval_frequency` skips the epoch. */
  readonly dev: Evaluation | null;
  readonly isBest: boolean;
}

/** What the loop alone reports, which knows no clock. */
export type TrainingReport = StepReport | EpochReport;

/** How the loop ended. */
export interface TrainingOutcome {
  readonly bestEpoch: number;
  readonly bestF1: number;
  /** What `fit_bias` took from the bias of the class O. */
  readonly outsideBiasShift: number;
  readonly epochs: number;
  readonly stopped: 'max_epochs' | 'max_steps' | 'patience';
}

/** Times are of training alone, summed over interruptions. */
export interface Timing {
  readonly seconds: number;
  readonly tokensPerSecond: number;
  /** If training runs to its last epoch. */
  readonly secondsLeft: number;
}

/** The training is assembled and begins, or goes on. */
export interface StartReport {
  readonly type: 'start';
  readonly runId: string;
  readonly output: string;
  readonly sentences: { readonly train: number; readonly dev: number; readonly test: number };
  readonly labels: readonly string[];
  readonly parameters: number;
  /** Size of the pretrained vectors that are saved with the model; 0 without. */
  readonly vectorBytes: number;
  /** Epochs already done, when resumed. */
  readonly resumedAtEpoch: number | null;
}

/** Something the person should know that does not stop the training. */
export interface NoticeReport {
  readonly type: 'notice';
  readonly message: string;
}

/** Something said once to whoever watches, such as which vectors were chosen. */
export interface RemarkReport {
  readonly type: 'remark';
  readonly message: string;
}

/** The texts of the watch-list as the model tags them after an epoch. */
export interface WatchReport {
  readonly type: 'watch';
  readonly epoch: number;
  readonly texts: readonly TaggedText[];
}

/** One of the trainings by which a way to train is judged before the model itself is trained. */
export interface FoldReport {
  readonly type: 'fold';
  /** From 1. */
  readonly training: number;
  readonly trainings: number;
  /** Of this training that is done; 1 once. */
  readonly share: number;
  /** That it learns from. */
  readonly sentences: number;
  /** Since the first of them began. */
  readonly seconds: number;
}

export type RunReport =
  | StartReport
  | NoticeReport
  | WatchReport
  | FoldReport
  | (StepReport & Timing)
  | (EpochReport & Timing);

/** A finished training. */
export interface RunResult extends Omit<TrainingOutcome, 'bestF1'> {
  readonly runId: string;
  readonly output: string;
  readonly meta: ModelMeta;
  readonly seconds: number;
  /** Parameters, moments and the largest minibatch of this thread. */
  readonly peakMemoryBytes: number;
  /** On dev; on the training part where that was scored by folds. */
  readonly dev: FinalEvaluation;
  /** Whose models, each on what it has not learned from, the scores of `dev` are of; null where dev is a part of its own. */
  readonly folds: number | null;
  /** What more sentences would bring, by the folds; null where that is not known. */
  readonly estimate: LearningEstimate | null;
  readonly test: FinalEvaluation | null;
  /** As registered, when there is a registry. */
  readonly version: number | null;
}
