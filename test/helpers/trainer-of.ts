import type { EncodedSentence } from '../../src/encoding/sentence-encoder.js';
import type { Evaluation } from '../../src/evaluation/span-scores.js';
import type { TaggerModel } from '../../src/model/tagger-model.js';
import type { Random } from '../../src/random.js';
import { createStepEngine } from '../../src/training/step-engine.js';
import { createLocalRunner } from '../../src/training/step-runner.js';
import { createTrainer, type Trainer } from '../../src/training/trainer.js';
import type { TrainingConfig } from '../../src/training/training-config.js';

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
