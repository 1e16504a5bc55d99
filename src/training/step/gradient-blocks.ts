import type { Parameter, ParameterSet } from '#engine/core/parameter.js';
import type { Ints, Kernels } from '#engine/kernels/kernels.js';
import type { WeightAverage } from '#engine/optimizers/moving-average.js';
import type { Optimizer } from '#engine/optimizers/optimizer.js';

/** A part of the parameters that any thread may add up and move, whatever others do with other parts meanwhile. */
export interface GradientBlock {
  /** Adds up the shards' gradients, and L2. */
  reduce(): BlockSums;
  update(update: BlockUpdate): void;
}

export interface BlockSums {
  /** Sum of squares of the summed gradient, for its norm. */
  readonly squares: number;
  /** What L2 regularisation of the block adds to the loss. */
  readonly penalty: number;
}

export interface BlockUpdate {
  /** The clipping's factor on the gradient. */
  readonly scale: number;
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
}

export interface GradientBlocksInput {
  readonly kernels: Kernels;
  /** The parameters as each shard sees them: shared values, own gradients. The first gradient becomes the minibatch's. */
  readonly shards: readonly ParameterSet[];
  readonly optimizer: Optimizer;
  readonly average: WeightAverage | undefined;
  /** The factor of L2 regularisation. */
  readonly l2: number;
}

/** Elements; whole vectors, so that a block's arithmetic does not depend on where it is cut. */
const DENSE_BLOCK = 16_384;
/** Larger, since few rows of a block are touched. */
const TABLE_BLOCK = 65_536;

/**
 * The parameters in blocks. Of a sparse table a block looks at the rows alone that the minibatch has used: with a large
 * vocabulary the others would take most of the time of a step. With L2 every row has a gradient.
 */
export function createGradientBlocks(input: GradientBlocksInput): GradientBlock[] {
  const [first] = input.shards;
  const sparse = input.l2 === 0 ? first.list.filter(({ touched }) => touched) : [];
  const denseFrom = input.l2 === 0 ? first.sparseCount : 0;
  const denseBlocks = cut(first.values.length - denseFrom, DENSE_BLOCK);
  return [
    ...sparse.flatMap((table) =>
      cut(table.shape[0], Math.ceil(TABLE_BLOCK / table.shape[1])).map(([from, to]) =>
        tableBlock(input, table, from, to),
      ),
    ),
    ...denseBlocks.map(([from, to]) => denseBlock(input, denseFrom + from, denseFrom + to)),
  ];
}

function cut(count: number, size: number): (readonly [from: number, to: number])[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => [i * size, Math.min(count, (i + 1) * size)]);
}

function denseBlock(input: GradientBlocksInput, from: number, to: number): GradientBlock {
  const { kernels, shards, optimizer, average, l2 } = input;
  const { values, decayingCount } = shards[0];
  const n = to - from;
  const [sum, ...others] = shards.map(({ grad }) => grad.subarray(from, to));
  const decaying = Math.max(0, Math.min(to, decayingCount) - from);
  return {
    reduce() {
      for (const other of others) kernels.addScaled(sum, other, 1, n);
      let penalty = 0;
      if (l2 > 0 && decaying > 0) {
        const weights = values.subarray(from, from + decaying);
        kernels.addScaled(sum, weights, l2, decaying);
        penalty = 0.5 * l2 * kernels.sumOfSquares(weights, decaying);
      }
      return { squares: kernels.sumOfSquares(sum, n), penalty };
    },
    update({ scale, step, learningRate }) {
      if (scale !== 1) kernels.scale(sum, scale, n);
      optimizer.update({ from, to, step, learningRate });
      average?.update({ from, to, step });
    },
  };
}

/** Rows `from` up to but not including `to`. Their gradients are 0 wherever no row was touched, and become so again. */
function tableBlock(
  { kernels, shards, optimizer, average }: GradientBlocksInput,
  { name, shape, grad }: Parameter,
  fromRow: number,
  toRow: number,
): GradientBlock {
  const { arena } = kernels;
  const width = shape[1];
  const start = (grad.byteOffset - shards[0].grad.byteOffset) / grad.BYTES_PER_ELEMENT;
  const [from, to] = [start + fromRow * width, start + toRow * width];
  const gradients = shards.map((shard) => shard.grad.subarray(from, to));
  const touched = shards.map((shard) => shard.get(name).touched!.subarray(fromRow, toRow));

  const touchedRows = (): Ints => {
    const ids = arena.ints(toRow - fromRow);
    let m = 0;
    for (let row = 0; row < ids.length; row++) {
      for (const flags of touched) {
        if (flags[row] === 0) continue;
        ids[m++] = row;
        break;
      }
    }
    return ids.subarray(0, m);
  };

  return {
    reduce() {
      const position = arena.position;
      const ids = touchedRows();
      const n = ids.length * width;
      const sum = arena.floats(n);
      kernels.fill(sum, 0, n);
      for (const gradient of gradients) kernels.takeRows(sum, gradient, ids, ids.length, width);
      kernels.putRows(gradients[0], sum, ids, ids.length, width);
      const squares = kernels.sumOfSquares(sum, n);
      arena.release(position);
      return { squares, penalty: 0 };
    },
    update({ scale, step, learningRate }) {
      const position = arena.position;
      const ids = touchedRows();
      const n = ids.length * width;
      const gradient = arena.floats(n);
      kernels.fill(gradient, 0, n);
      kernels.takeRows(gradient, gradients[0], ids, ids.length, width);
      if (scale !== 1) kernels.scale(gradient, scale, n);
      optimizer.decay({ from, to, learningRate });
      optimizer.updateRows({ from, width, ids, gradient, step, learningRate });
      average?.update({ from, to, step });
      for (const flags of touched) flags.fill(0);
      arena.release(position);
    },
  };
}
