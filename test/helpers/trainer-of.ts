import type { Random } from '#base/random.js';
import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import type { TrainingConfig } from '#training/config/training-config.js';
import { createTrainer, type Trainer } from '#training/loop/trainer.js';
import { createStepEngine } from '#training/step/step-engine.js';
import { createLocalRunner } from '#training/step/step-runner.js';

/** A trainer that does everything on this thread. */
export function trainerOf(input: {
  readonly model: TaggerModel;
  readonly train: readonly EncodedSentence[];
  readonly config: TrainingConfig;
  readonly random: Random;
  readonly evaluate: () => Evaluation;
}): Trainer {
  const { model, config, evaluate } = input;
  const engine = createStepEngine(input);
  return createTrainer({ model, config, engine, runner: createLocalRunner(engine), evaluate });
}
