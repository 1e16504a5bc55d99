import type { BlockUpdate } from './gradient-blocks.js';
import type { StepAddress } from './minibatches.js';
import type { StepEngine } from './step-engine.js';

/** Does the parts of a step, alone or with other threads; the sums come back in the order of shards and blocks. */
export interface StepRunner {
  /** Phase 1 and 2: leaves the whole gradient in `parameters.grad`. */
  gradient(address: StepAddress): GradientSums;
  /** Phase 3. */
  update(update: BlockUpdate): void;
  /** Ends the other threads; resolves when they are gone. */
  close(): Promise<void>;
}

export interface GradientSums {
  /** Mean loss per token of the minibatch, L2 included. */
  readonly loss: number;
  /** Squared Euclidean norm of the gradient. */
  readonly squares: number;
}

/** Everything on the calling thread. */
export function createLocalRunner(engine: StepEngine): StepRunner {
  return {
    gradient(address) {
      let loss = 0;
      let squares = 0;
      for (let shard = 0; shard < engine.shards; shard++) loss += engine.shardGradient(shard, address);
      for (let block = 0; block < engine.blocks; block++) {
        const sums = engine.reduceBlock(block);
        squares += sums.squares;
        loss += sums.penalty;
      }
      return { loss, squares };
    },
    update(update) {
      for (let block = 0; block < engine.blocks; block++) engine.updateBlock(block, update);
    },
    close: async () => {},
  };
}
