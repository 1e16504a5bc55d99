import { selectKernels } from '#engine/kernels/select-kernels.js';
import { isSimdKernels, type SimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import { createSpanScorer } from '#tagging/evaluation/span-scores.js';
import type { FeatureVocabularies } from '#tagging/features/features.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { parseRunConfig, type RunConfig } from '#training/config/training-config.js';
import { createTrainer } from '#training/loop/trainer.js';
import { assembleTraining } from '#training/run/assemble.js';

/** A training as `onomast train` runs it, that can be stopped and gone on with. */
export interface TrainingRig {
  readonly model: TaggerModel;
  readonly kernels: SimdKernels;
  /** Trains whole steps for at least so long and returns tokens a second. */
  run(seconds: number): number;
  close(): void;
}

export interface TrainingRigInput {
  readonly config: RunConfig;
  readonly vocabularies: FeatureVocabularies;
  readonly labels: readonly string[];
  readonly sentences: (model: TaggerModel) => readonly EncodedSentence[];
  readonly workers: number;
}

const SEED = 1;

/** Settings as for `--set`, of a training that ends by the clock alone and has no dev set to look at. */
export function endlessConfig(set: Readonly<Record<string, unknown>>): RunConfig {
  return parseRunConfig({ ...set, max_epochs: 100_000, patience: 100_000, eval_frequency: 1000 }, 'bench');
}

export async function createTrainingRig(input: TrainingRigInput): Promise<TrainingRig> {
  const { config, vocabularies, labels, workers } = input;
  const { kernels, notice } = selectKernels();
  if (!isSimdKernels(kernels)) throw new Error(notice);
  const { model, engine, runner } = await assembleTraining({
    config,
    vocabularies,
    labels,
    kernels,
    seed: SEED,
    threads: workers,
    encode: (built) => ({ train: input.sentences(built) }),
  });
  const evaluate = () => createSpanScorer().result();
  const steps = createTrainer({ model, config: config.training, engine, runner, evaluate }).run();
  let tokensOfEpoch = 0;

  return {
    model,
    kernels,
    run(seconds) {
      const start = performance.now();
      let tokens = 0;
      let elapsed = 0;
      while (elapsed < seconds) {
        const { value: report } = steps.next();
        if ('stopped' in report) throw new Error(`the training ended: ${report.stopped}`);
        if (report.type === 'step') tokens += report.tokens - tokensOfEpoch;
        tokensOfEpoch = report.type === 'step' ? report.tokens : 0;
        elapsed = (performance.now() - start) / 1000;
      }
      return tokens / elapsed;
    },
    close: () => runner.close(),
  };
}
