import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { TrainingJobEvent, TrainingJobRequest } from './training-job.js';

/** What the parent process sends first. Sentences lie in a file: a pipe is no place for millions of words. */
export interface ProcessStart {
  readonly type: 'begin';
  readonly request: TrainingJobRequest;
  /** JSON of `{train, dev?}`, where the data are sentences. */
  readonly sentencesFile: string | null;
  readonly output: string;
  readonly resume: boolean;
}

/** What it sends later: end after the step at hand, with a checkpoint. */
export interface ProcessInterrupt {
  readonly type: 'interrupt';
}

/** The line protocol the other way: JSON lines over the channel that Node opens between parent and child. */
export type ProcessMessage = TrainingJobEvent | { readonly type: 'interrupted' };

export interface JobSentences {
  readonly train: readonly LabelledSentence[];
  readonly dev?: readonly LabelledSentence[];
}
