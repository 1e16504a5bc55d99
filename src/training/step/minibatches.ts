import type { Random } from '#base/random.js';
import { bucketBatches } from '#tagging/features/bucket-batches.js';
import type { EncodedSentence } from '#tagging/features/sentence-encoder.js';
import { drawVariants, type VariantCounts, variantCount } from '#training/config/sentence-variants.js';
import type { TrainingConfig } from '#training/config/training-config.js';

/** Which minibatch: everything random about it follows from these numbers. */
export interface StepAddress {
  readonly epoch: number;
  readonly batch: number;
  /** Optimiser steps before this one. */
  readonly step: number;
}

/** One minibatch, divided into shards. */
export interface Minibatch {
  /** Sentences of each shard, as indices into the training data. */
  readonly shards: readonly (readonly number[])[];
  /** Tokens of all shards. */
  readonly rows: number;
}

/** The minibatches of a training, each the same whenever and on whichever thread it is asked for. */
export interface Minibatches {
  readonly perEpoch: number;
  /** Tokens of each sentence, without its variants. */
  readonly lengths: readonly number[];
  at(address: Pick<StepAddress, 'epoch' | 'batch'>): Minibatch;
}

export interface MinibatchesInput {
  /** Every sentence, then all of them again in each variant: see `SentenceVariants`. */
  readonly train: readonly EncodedSentence[];
  readonly variants: VariantCounts;
  readonly config: TrainingConfig;
  readonly random: Random;
}

export function createMinibatches({ train, variants, config, random }: MinibatchesInput): Minibatches {
  const count = train.length / variantCount(variants);
  const lengths = train.slice(0, count).map(({ length }) => length);
  const batchSize = config.batch_size === 0 ? Number.POSITIVE_INFINITY : config.batch_size;
  let epochBatches: { readonly epoch: number; readonly batches: readonly number[][] } = { epoch: -1, batches: [] };
  let last: Minibatch & { readonly epoch: number; readonly batch: number } = {
    epoch: -1,
    batch: -1,
    shards: [],
    rows: 0,
  };

  return {
    perEpoch: Math.ceil(count / Math.min(batchSize, count)),
    lengths,
    at({ epoch, batch }) {
      // Every phase of a step and every shard asks for the same one.
      if (last.epoch === epoch && last.batch === batch) return last;
      if (epochBatches.epoch !== epoch) {
        epochBatches = { epoch, batches: bucketBatches(lengths, { batchSize, random: random.fork('epoch', epoch) }) };
      }
      // Longest first, so that dividing them in turn makes shards alike.
      const sentences = epochBatches.batches[batch].toSorted((i, j) => lengths[j] - lengths[i] || i - j);
      const drawn = drawVariants(sentences.length, {
        counts: variants,
        config,
        random: random.fork('case', epoch, batch),
      });
      const shown = sentences.map((sentence, place) => drawn[place] * count + sentence);
      last = {
        epoch,
        batch,
        shards: Array.from({ length: config.shards }, (_, s) =>
          shown.filter((_, place) => place % config.shards === s),
        ),
        rows: shown.reduce((sum, i) => sum + train[i].length, 0),
      };
      return last;
    },
  };
}
