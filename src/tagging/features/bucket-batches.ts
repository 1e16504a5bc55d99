import type { Random } from '#base/random.js';

export interface BatcherOptions {
  /** Sentences a minibatch; Infinity means the whole corpus is one batch. */
  readonly batchSize: number;
  /** Addressed by epoch, so that a resumed run deals out the same minibatches. */
  readonly random: Random;
}

/** Sentences are sorted by length inside pools of this many minibatches: alike in length, yet not the same every epoch. */
const POOL_BATCHES = 16;

/** The indices of one epoch's minibatches. Every sentence occurs once; sentences of one minibatch are alike in length. */
export function bucketBatches(lengths: readonly number[], { batchSize, random }: BatcherOptions): number[][] {
  const shuffled = random.shuffle(lengths.map((_, i) => i));
  if (batchSize >= shuffled.length) return shuffled.length === 0 ? [] : [shuffled];
  const batches: number[][] = [];
  const poolSize = batchSize * POOL_BATCHES;
  for (let from = 0; from < shuffled.length; from += poolSize) {
    const pool = shuffled.slice(from, from + poolSize).sort((i, j) => lengths[j] - lengths[i] || i - j);
    for (let at = 0; at < pool.length; at += batchSize) batches.push(pool.slice(at, at + batchSize));
  }
  return random.shuffle(batches);
}
