import { createBatch } from '../encoding/batch.js';
import { dealBatches } from '../encoding/batcher.js';
import type { EncodedSentence } from '../encoding/sentence-encoder.js';
import type { Floats } from '../kernels/kernels.js';
import type { TaggerModel } from '../model/tagger-model.js';
import { createOptimizer } from '../optimizers/create-optimizer.js';
import { createWeightAverage, type WeightAverage } from '../optimizers/moving-average.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Random } from '../random.js';
import type { TrainingConfig } from './training-config.js';

/** Which minibatch: everything random about it follows from these numbers. */
export interface StepAddress {
  readonly epoch: number;
  readonly batch: number;
  /** Optimiser steps before this one. */
  readonly step: number;
}

/**
 * The arithmetic of one optimiser step, cut into parts that any thread may do, in three phases that no thread may mix:
 * the gradient of each shard of the minibatch, then the sum of the shards block by block, then the update of any range.
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
  /** Phase 3. Blocks `from` up to but not including `to`. */
  updateBlocks(update: BlockUpdate): void;
  /** Live arrays, by name, as a checkpoint must hold them. */
  readonly arrays: Readonly<Record<string, Floats>>;
  readonly average: WeightAverage | undefined;
}

export interface BlockSums {
  /** Of the summed gradient. */
  readonly squares: number;
  /** What L2 adds to the loss. */
  readonly penalty: number;
}

export interface BlockUpdate {
  readonly from: number;
  readonly to: number;
  /** The clipping's factor on the gradient. */
  readonly scale: number;
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
}

export interface StepEngineInput {
  readonly model: TaggerModel;
  readonly train: readonly EncodedSentence[];
  readonly config: TrainingConfig;
  readonly random: Random;
}

/** Elements; whole vectors, so that a block's arithmetic does not depend on where it is cut. */
const BLOCK = 16_384;

/** Share of the past in running statistics: 1 less what PyTorch calls momentum. */
const STATISTICS_BETA = 0.9;

/** Allocates the same arrays in the same order on every thread, which is how threads come to share them. */
export function createStepEngine({ model, train, config, random }: StepEngineInput): StepEngine {
  const { kernels, network } = model;
  const { parameters } = network;
  const { values, decayingCount } = parameters;
  const count = values.length;
  const shards = config.shards;
  const networks = [network, ...Array.from({ length: shards - 1 }, () => network.replicate())];
  const optimizer = createOptimizer(config.optimizer, {
    kernels,
    parameters,
    options: { beta1: config.beta1, beta2: config.beta2, epsilon: config.eps, weightDecay: config.weight_decay },
  });
  const average = config.weight_average > 0 ? createWeightAverage(kernels, values, config.weight_average) : undefined;

  const lengths = train.map(({ length }) => length);
  const batchSize = config.batch_size === 0 ? Number.POSITIVE_INFINITY : config.batch_size;
  let dealt: { readonly epoch: number; readonly batches: readonly number[][] } = { epoch: -1, batches: [] };
  /** Longest first, so that dealing them out in turn makes shards alike. */
  const sentencesOf = ({ epoch, batch }: StepAddress): readonly number[] => {
    if (dealt.epoch !== epoch) {
      dealt = { epoch, batches: dealBatches(lengths, { batchSize, random: random.fork('epoch', epoch) }) };
    }
    return dealt.batches[batch].toSorted((i, j) => lengths[j] - lengths[i] || i - j);
  };
  const rowsOf = (address: StepAddress): number => sentencesOf(address).reduce((sum, i) => sum + lengths[i], 0);

  return {
    shards,
    blocks: Math.ceil(count / BLOCK),
    batchesPerEpoch: Math.ceil(train.length / Math.min(batchSize, train.length)),
    rowsOf,
    average,
    arrays: namedArrays(parameters.state, average, optimizer),

    shardGradient(shard, address) {
      const { grad, measured } = networks[shard].parameters;
      kernels.fill(grad, 0, grad.length);
      kernels.fill(measured, 0, measured.length);
      const own = sentencesOf(address).filter((_, place) => place % shards === shard);
      if (own.length === 0) return 0;
      const position = kernels.arena.position;
      const context = { kernels, training: true, random: random.fork('step', address.step, shard) };
      const batch = createBatch(own.map((i) => train[i]));
      const factor = 1 / rowsOf(address);
      const loss = networks[shard].lossAndGradient(batch, context, factor);
      kernels.scale(measured, batch.layout.rows * factor, measured.length);
      kernels.arena.release(position);
      return loss;
    },

    reduceBlock(block) {
      const from = block * BLOCK;
      const to = Math.min(count, from + BLOCK);
      const [sum, ...others] = networks.map((replica) => replica.parameters.grad.subarray(from, to));
      for (const other of others) kernels.addScaled(sum, other, 1, to - from);
      const decaying = Math.max(0, Math.min(to, decayingCount) - from);
      let penalty = 0;
      if (config.L2 > 0 && decaying > 0) {
        const weights = values.subarray(from, from + decaying);
        kernels.addScaled(sum, weights, config.L2, decaying);
        penalty = 0.5 * config.L2 * kernels.sumOfSquares(weights, decaying);
      }
      return { squares: kernels.sumOfSquares(sum, to - from), penalty };
    },

    updateBlocks({ from, to, scale, step, learningRate }) {
      const range = { from: Math.min(count, from * BLOCK), to: Math.min(count, to * BLOCK) };
      if (range.to <= range.from) return;
      const gradient = parameters.grad.subarray(range.from, range.to);
      if (scale !== 1) kernels.scale(gradient, scale, gradient.length);
      optimizer.update({ ...range, step, learningRate });
      average?.update({ ...range, step });
      if (from === 0) followStatistics();
    },
  };

  /** Running statistics move towards what the shards measured, each counting by its tokens, added up in their order. */
  function followStatistics(): void {
    const { statistics } = parameters;
    const [sum, ...others] = networks.map((replica) => replica.parameters.measured);
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
