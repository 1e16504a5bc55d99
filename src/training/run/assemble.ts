import { createRandom } from '#base/random.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import type { FeatureVocabularies } from '#tagging/features/features.js';
import { createTaggerModel, type TaggerModel } from '#tagging/model/tagger-model.js';
import type { RunConfig } from '#training/config/training-config.js';
import { createParallelRunner } from '#training/step/data-parallel.js';
import { createStepEngine, type StepEngine, type StepEngineInput } from '#training/step/step-engine.js';
import type { StepRunner } from '#training/step/step-runner.js';

/** A network with new weights, and what trains it. */
export interface AssembledTraining {
  readonly model: TaggerModel;
  readonly engine: StepEngine;
  /** To be closed in the end. */
  readonly runner: StepRunner;
}

/** Sentences of a model, and which of them are variants of each other. */
export type EncodedCorpus = Pick<StepEngineInput, 'train' | 'variants'>;

/**
 * Puts a training together: the model, the arithmetic of its steps, the threads that share it.
 *
 * @param encode Makes the training sentences, once the model is there and before any thread is; it may change the weights.
 */
export async function assembleTraining({
  config,
  vocabularies,
  labels,
  kernels,
  seed,
  threads,
  encode,
}: {
  readonly config: RunConfig;
  readonly vocabularies: FeatureVocabularies;
  readonly labels: readonly string[];
  readonly kernels: Kernels;
  readonly seed: number;
  readonly threads: number;
  encode(model: TaggerModel): EncodedCorpus;
}): Promise<AssembledTraining> {
  const random = createRandom(seed);
  const model = createTaggerModel({
    config: config.model,
    vocabularies,
    labels,
    regularization: config.training,
    kernels,
    random: random.fork('weights'),
  });
  const corpus = encode(model);
  const engine = createStepEngine({ model, ...corpus, config: config.training, random: random.fork('training') });
  const runner = await createParallelRunner({ engine, model, ...corpus, config, seed, threads });
  return { model, engine, runner };
}
