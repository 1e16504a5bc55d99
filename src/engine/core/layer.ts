import type { Random } from '#base/random.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';
import type { PackedLayout } from './packed-layout.js';

/** Row-major; `values` holds rows * columns elements. */
export interface Matrix {
  readonly values: Floats;
  readonly rows: number;
  readonly columns: number;
  /** No trainable parameter is upstream: layers skip the gradient of this input. */
  readonly isConstant?: boolean | undefined;
}

/** A row for every token of a minibatch (N, C), and how the tokens lie: PyTorch's `PackedSequence`. */
export interface Sequence extends Matrix {
  readonly layout: PackedLayout;
}

/** What `backward` returns where the input is constant. */
export const NO_GRADIENT: Matrix = { values: new Float32Array(0), rows: 0, columns: 0 };

/**
 * What a layer returns: its output and its own backward pass. `backward(dOutput)` adds into every `parameter.grad` and
 * returns dInput; it closes over exactly the values it needs, may overwrite dOutput, and is called at most once.
 */
export interface Step<Output extends Matrix = Sequence> {
  readonly output: Output;
  backward(dOutput: Matrix): Matrix;
}

/** What one pass over one minibatch may use. Evaluation passes `training: false`: dropout is then the identity. */
export interface PassContext {
  readonly kernels: Kernels;
  readonly training: boolean;
  /** The stream of this minibatch (and shard); layers fork it by their own name. */
  readonly random: Random;
}

/** Uninitialised memory of one minibatch. */
export function allocateMatrix(kernels: Kernels, rows: number, columns: number): Matrix {
  return { values: kernels.arena.floats(rows * columns), rows, columns };
}

/** Uninitialised memory of one minibatch for tokens that lie as those of `x` do, by default as wide. */
export function allocateSequence(kernels: Kernels, { rows, layout, columns }: Sequence, width = columns): Sequence {
  return { values: kernels.arena.floats(rows * width), rows, columns: width, layout };
}

/** Rows `from` up to but not including `to`, sharing memory. */
export function rowsOf(matrix: Matrix, from: number, to: number): Floats {
  return matrix.values.subarray(from * matrix.columns, to * matrix.columns);
}
