import { totalmem } from 'node:os';
import { AppError } from '#base/errors.js';
import { countParameters, type ParameterCounts } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { isSimdKernels } from '#engine/kernels/simd/simd-kernels.js';
import { parameterSpecs } from '#engine/network/check-plan.js';
import { MOMENTS } from '#engine/optimizers/optimizer.js';
import type { FeatureVocabularies } from '#tagging/features/features.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { planOf } from '#tagging/model/tagger-model.js';
import type { RunConfig, TrainingConfig } from '#training/config/training-config.js';

export interface TrainedNetwork {
  readonly config: RunConfig;
  readonly vocabularies: FeatureVocabularies;
  readonly labels: readonly string[];
}

/** Numbers that a training holds from its first step to its last, in 4 bytes each. */
export interface MemoryEstimate {
  /** Bytes of all numbers, with the copies of the learned ones: gradients, moments, averages. */
  readonly bytes: number;
  /** How many numbers are learned. */
  readonly parameters: number;
  readonly largest: ParameterCounts['largest'];
}

/**
 * Before hours are spent on drawing initial weights, of which no room may be left for gradients.
 *
 * @throws {AppError} `out_of_memory` saying what would fit.
 */
export function assertFits(network: TrainedNetwork, kernels: Kernels): void {
  const limit = memoryLimit(kernels);
  const { bytes, parameters, largest } = estimateMemory(network);
  if (bytes <= limit) return;
  const fitting = whatFits(network, limit);
  throw new AppError(
    'out_of_memory',
    `training: a network of ${parameters.toLocaleString('en')} parameters needs ${mebibytes(bytes)} MiB, with the gradient of each ` +
      `shard (${network.config.training.shards}), the moments of ${network.config.training.optimizer} and averages, ` +
      `of ${mebibytes(limit)} MiB there are; its largest part is ${largest.name} (${largest.shape.join(' x ')}); ` +
      `${fitting.length > 0 ? `${fitting.join(' or ')} would fit` : 'several of its sizes must be smaller'}`,
  );
}

/** The bytes that kernels may take: their own limit, or what the machine has if that is less. */
export function memoryLimit(kernels: Kernels): number {
  const machine = Math.min(totalmem(), process.constrainedMemory?.() || Number.POSITIVE_INFINITY);
  return isSimdKernels(kernels) ? Math.min(kernels.handle.maximumBytes, machine) : machine;
}

export function estimateMemory({ config, vocabularies, labels }: TrainedNetwork): MemoryEstimate {
  const plan = planOf({ config: config.model, vocabularies, labels, regularization: config.training });
  const { all, learned, sparseRows, largest } = countParameters(parameterSpecs(plan));
  const { shards, weight_average, optimizer } = config.training;
  // The values and the best of them, a gradient a shard, the moments, the average, and one more to evaluate the average in.
  const copies = 2 + shards + MOMENTS[optimizer].length + (weight_average > 0 ? 1 : 0) + 1;
  return { bytes: 4 * (all - learned + learned * copies + sparseRows * shards), parameters: learned, largest };
}

/** Settings that each would do alone. */
function whatFits(network: TrainedNetwork, limit: number): string[] {
  const { model, training } = network.config;
  const fits = (changed: Partial<ModelConfig & TrainingConfig>): boolean => {
    const config = { model: { ...model, ...changed }, training: { ...training, ...changed } };
    return estimateMemory({ ...network, config }).bytes <= ROOM * limit;
  };
  return SIZES.flatMap((name) => {
    const found = largestThat((size) => fits({ [name]: size }), { ...model, ...training }[name]);
    return found === undefined ? [] : [`${name} ${found}`];
  });
}

/** Minibatches need some too. */
const ROOM = 0.9;
const SIZES = ['hidden_size', 'layers', 'word_dimension', 'affix_dimension', 'affix_buckets', 'shards'] as const;

/** Below `size`, from 1 on; what fits must fit all the more where it is smaller. */
function largestThat(fits: (size: number) => boolean, size: number): number | undefined {
  let [fitting, tooLarge] = [0, size];
  while (tooLarge - fitting > 1) {
    const middle = (fitting + tooLarge) >> 1;
    if (fits(middle)) fitting = middle;
    else tooLarge = middle;
  }
  return fitting === 0 ? undefined : fitting;
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString('en');
}
