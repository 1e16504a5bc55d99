import type { Random } from '#base/random.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { createWeightAverage, type WeightAverage } from '#engine/optimizers/moving-average.js';
import type { Optimizer } from '#engine/optimizers/optimizer.js';
import { createBatch } from '#tagging/features/batch.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { explainMinibatch } from '#training/checks/out-of-memory.js';
import { NO_VARIANTS, type VariantCounts } from '#training/config/sentence-variants.js';
import type { TrainingConfig } from '#training/config/training-config.js';
import { type BlockSums, type BlockUpdate, createGradientBlocks } from './gradient-blocks.js';
import { createMinibatches, type StepAddress } from './minibatches.js';

/**
 * The arithmetic of one optimiser step, cut into parts that any thread may do, in three phases that no thread may mix:
 * the gradient of each shard of the minibatch, then the sum of the shards block by block, then the update block by block.
 * Which thread does which part cannot change a bit of the result: shards and blocks are fixed, and their sums are added
 * in order.
 */
export interface StepEngine {
  readonly shards: number;
  readonly blocks: number;
  readonly batchesPerEpoch: number;
  /** Tokens of a minibatch. */
  rowsOf(address: StepAddress): number;
  /** Phase 1. Returns the shard's part of the mean loss per token of the minibatch. */
  shardGradient(shard: number, address: StepAddress): number;
  /** Phase 2. Adds up the shards' gradients of one block, and L2. */
  reduceBlock(block: number): BlockSums;
  /** Phase 3. */
  updateBlock(block: number, update: BlockUpdate): void;
  /** Live arrays, by name, as a checkpoint must hold them. */
  readonly arrays: Readonly<Record<string, Floats>>;
  readonly average: WeightAverage | undefined;
}

export interface StepEngineInput {
  readonly model: TaggerModel;
  readonly train: readonly EncodedSentence[];
  /** In how many other forms `train` holds every sentence (see sentence-variants.ts); none unless told. */
  readonly variants?: VariantCounts;
  readonly config: TrainingConfig;
  readonly random: Random;
}

/** Share of the past in running statistics: 1 less what PyTorch calls momentum. */
const STATISTICS_BETA = 0.9;

/** Allocates the same arrays in the same order on every thread, which is how threads come to share them. */
export function createStepEngine({
  model,
  train,
  variants = NO_VARIANTS,
  config,
  random,
}: StepEngineInput): StepEngine {
  const { kernels, network } = model;
  const { parameters } = network;
  const { values } = parameters;
  const shards = config.shards;
  const networks = [network, ...Array.from({ length: shards - 1 }, () => network.replicate())];
  const optimizer = createOptimizer(config.optimizer, {
    kernels,
    parameters,
    options: { beta1: config.beta1, beta2: config.beta2, epsilon: config.eps, weightDecay: config.weight_decay },
  });
  const average = config.weight_average > 0 ? createWeightAverage(kernels, values, config.weight_average) : undefined;

  const replicas = networks.map((replica) => replica.parameters);
  const blocks = createGradientBlocks({ kernels, shards: replicas, optimizer, average, l2: config.L2 });
  // What blocks of sparse tables leave behind is 0 already.
  const denseFrom = config.L2 === 0 ? parameters.sparseCount : 0;

  const minibatches = createMinibatches({ train, variants, config, random });

  return {
    shards,
    blocks: blocks.length,
    batchesPerEpoch: minibatches.perEpoch,
    rowsOf: (address) => minibatches.at(address).rows,
    average,
    arrays: namedArrays(parameters.state, average, optimizer),

    shardGradient(shard, address) {
      const { grad, measured } = replicas[shard];
      kernels.fill(grad.subarray(denseFrom), 0, grad.length - denseFrom);
      kernels.fill(measured, 0, measured.length);
      const { shards: sentences, rows } = minibatches.at(address);
      if (sentences[shard].length === 0) return 0;
      const position = kernels.arena.position;
      const context = { kernels, training: true, random: random.fork('step', address.step, shard) };
      const factor = 1 / rows;
      const own = sentences[shard].map((i) => train[i]);
      const pass = (part: readonly EncodedSentence[]): number => {
        const batch = createBatch(part);
        const loss = networks[shard].lossAndGradient(batch, context, factor);
        kernels.scale(measured, batch.layout.rows * factor, measured.length);
        return loss;
      };
      try {
        return pass(own);
      } catch (error) {
        const bytes = kernels.arena.position - position;
        kernels.arena.release(position);
        const { lengths } = minibatches;
        const size = { sentences: sentences.flat().length, tokens: rows, bytes, shard: own, lengths };
        const step = address.step + 1;
        throw explainMinibatch(error, { kernels, config, step, parameters: values.length, ...size, pass });
      } finally {
        kernels.arena.release(position);
      }
    },

    reduceBlock: (block) => blocks[block].reduce(),
    updateBlock(block, update) {
      blocks[block].update(update);
      if (block === 0) followStatistics();
    },
  };

  /** Running statistics move towards what the shards measured, each counting by its tokens, added up in their order. */
  function followStatistics(): void {
    const { statistics } = parameters;
    const [sum, ...others] = replicas.map(({ measured }) => measured);
    for (const other of others) kernels.addScaled(sum, other, 1, sum.length);
    kernels.moveAverage(statistics, sum, STATISTICS_BETA, sum.length);
  }
}

function namedArrays(state: Floats, average: WeightAverage | undefined, optimizer: Optimizer): Record<string, Floats> {
  const arrays: Record<string, Floats> = { values: state };
  if (average) arrays.average = average.average;
  for (const [name, moments] of Object.entries(optimizer.state)) arrays[`optimizer.${name}`] = moments;
  return arrays;
}
