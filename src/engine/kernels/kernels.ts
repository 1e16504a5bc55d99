/**
 * The arithmetic every network is made of, on flat row-major float arrays. Kernels know no layers.
 *
 * Shape legend, everywhere in this project: B sentences, T timesteps, N rows (real tokens of a minibatch), I inputs,
 * H hidden, K tags, V vocabulary, E embedding dimensions. M, N, K in the matrix products are the usual BLAS letters.
 *
 * `reference.ts` is the specification of every operation and runs in float64 or float32; every other implementation
 * must equal it within the bound stated in `test/engine/kernels/contract.ts`, which runs on all of them.
 *
 * Sizes are positional: these are called thousands of times a second, and the order (out, inputs, sizes, scalars) never
 * varies. An operation may be given `out` equal to an input where its docstring says "in place".
 */
export type Floats = Float32Array | Float64Array;
export type Ints = Int32Array;
export type Precision = 'float32' | 'float64';
export type KernelChoice = 'reference' | 'simd' | 'relaxed';

export interface Arena {
  /** Not cleared: whatever an earlier minibatch left there. */
  floats(length: number): Floats;
  ints(length: number): Ints;
  /** Forgets everything allocated here since `position` was read. */
  release(position: number): void;
  readonly position: number;
  /** The most bytes that were in use at once. */
  readonly peakBytes: number;
}

export interface Kernels {
  readonly name: KernelChoice;
  readonly precision: Precision;
  /** Permanent memory, zeroed: parameters, gradients, moments. */
  floats(length: number): Floats;
  ints(length: number): Ints;
  /** Memory of one minibatch. */
  readonly arena: Arena;
  /** Bytes held by `floats` and `ints`. */
  readonly permanentBytes: number;

  // Matrix products. `accumulate` adds to out instead of overwriting it.

  /** out (M, N) = a (M, K) b (K, N) */
  matmul(out: Floats, a: Floats, b: Floats, m: number, n: number, k: number, accumulate: boolean): void;
  /** out (M, N) = a (M, K) b^T, with b (N, K): a layer's forward pass, weight rows are outputs. */
  matmulTransposedB(out: Floats, a: Floats, b: Floats, m: number, n: number, k: number, accumulate: boolean): void;
  /** out (M, N) = a^T b, with a (K, M) and b (K, N): a weight gradient from K rows of examples. */
  matmulTransposedA(out: Floats, a: Floats, b: Floats, m: number, n: number, k: number, accumulate: boolean): void;
  /** out (N, M) = a (M, N)^T */
  transpose(out: Floats, a: Floats, m: number, n: number): void;

  // Rows

  /** Every row of out (M, N) = row (N). */
  fillRows(out: Floats, row: Floats, m: number, n: number): void;
  /** out (N) += the column sums of x (M, N). */
  addColumnSums(out: Floats, x: Floats, m: number, n: number): void;
  /**
   * out[i, column .. column + width) = table[ids[i], :], or zeros where ids[i] < 0; out has `stride` columns.
   * Embedding look-up, concatenation and right context are all this.
   */
  gatherRows(out: Floats, table: Floats, ids: Ints, m: number, width: number, stride: number, column: number): void;
  /** out[i, column .. column + width) += table[ids[i], :], or nothing where ids[i] < 0. */
  gatherAddRows(out: Floats, table: Floats, ids: Ints, m: number, width: number, stride: number, column: number): void;
  /** table[ids[i], :] += dOut[i, column .. column + width): the gradient of both, in row order. */
  scatterAddRows(
    table: Floats,
    dOut: Floats,
    ids: Ints,
    m: number,
    width: number,
    stride: number,
    column: number,
  ): void;

  /** Gather and clear: rows[i, :] += table[ids[i], :], and those rows of the table become 0. Rows (M, width); ids from 0, all different. */
  takeRows(rows: Floats, table: Floats, ids: Ints, m: number, width: number): void;
  /** Scatter: table[ids[i], :] = rows[i, :]. Rows (M, width); ids from 0, all different. */
  putRows(table: Floats, rows: Floats, ids: Ints, m: number, width: number): void;

  // Element by element, n elements each

  fill(out: Floats, value: number, n: number): void;
  copy(out: Floats, x: Floats, n: number): void;
  /** out += factor x */
  addScaled(out: Floats, x: Floats, factor: number, n: number): void;
  /** out *= factor */
  scale(out: Floats, factor: number, n: number): void;
  /** out = x y; in place allowed. */
  multiply(out: Floats, x: Floats, y: Floats, n: number): void;
  /** out = tanh(x); in place allowed. */
  tanh(out: Floats, x: Floats, n: number): void;
  /** dX = dY (1 - y^2) with y = tanh(x); in place allowed. */
  tanhBackward(dX: Floats, dY: Floats, y: Floats, n: number): void;
  /** out = max(x, 0); in place allowed. */
  relu(out: Floats, x: Floats, n: number): void;
  /** dX = dY where y > 0, else 0; in place allowed. */
  reluBackward(dX: Floats, dY: Floats, y: Floats, n: number): void;
  /**
   * Inverted dropout: mask[i] = 0 with probability `rate`, else 1 / (1 - rate). Element i depends on (seed, i) alone
   * (lowbias32 of i * 0x9e3779b1 + seed), so every implementation draws the same mask.
   */
  dropoutMask(mask: Floats, rate: number, seed: number, n: number): void;

  // Gated cells, one timestep of `rows` sentences; gates are stored i, f, g, o (LSTM) and r, z, n (GRU) as in PyTorch.

  /**
   * LSTM. gates (rows, 4H) holds pre-activations and is overwritten by i, f, g, o after their nonlinearities;
   * cell = f * cellBefore + i * g; cellTanh = tanh(cell); hidden = o * cellTanh. All (rows, H).
   */
  lstmForward(
    hidden: Floats,
    cell: Floats,
    cellTanh: Floats,
    gates: Floats,
    cellBefore: Floats,
    rows: number,
    h: number,
  ): void;
  /**
   * gates (rows, 4H) as left by lstmForward is overwritten by the gradient of its pre-activations. dCell (rows, H) is
   * the gradient that reaches cell from later timesteps and becomes that of cellBefore.
   */
  lstmBackward(
    gates: Floats,
    dCell: Floats,
    dHidden: Floats,
    cellTanh: Floats,
    cellBefore: Floats,
    rows: number,
    h: number,
  ): void;
  /**
   * GRU as in PyTorch: input (rows, 3H) = W_ih x + b_ih, recurrent (rows, 3H) = W_hh hiddenBefore + b_hh;
   * r = sigmoid(input_r + recurrent_r), z = sigmoid(input_z + recurrent_z), n = tanh(input_n + r recurrent_n),
   * hidden = (1 - z) n + z hiddenBefore. input is overwritten by r, z, n; recurrent is kept for the backward pass.
   */
  gruForward(hidden: Floats, input: Floats, recurrent: Floats, hiddenBefore: Floats, rows: number, h: number): void;
  /**
   * input (rows, 3H) as left by gruForward becomes the gradient of the input pre-activations, recurrent (rows, 3H) that
   * of the recurrent ones; dHiddenBefore (rows, H) is overwritten by the direct path z dHidden.
   */
  gruBackward(
    dHiddenBefore: Floats,
    input: Floats,
    recurrent: Floats,
    dHidden: Floats,
    hiddenBefore: Floats,
    rows: number,
    h: number,
  ): void;

  // Normalisation and losses

  /** Row-wise (x - mean) / sqrt(variance + epsilon) * gain + shift; keeps normalised (M, N) and inverse deviation (M). */
  layerNormForward(
    out: Floats,
    normalized: Floats,
    inverseDeviation: Floats,
    x: Floats,
    gain: Floats,
    shift: Floats,
    m: number,
    n: number,
    epsilon: number,
  ): void;
  /** Overwrites dX (M, N); adds to dGain (N) and dShift (N). */
  layerNormBackward(
    dX: Floats,
    dGain: Floats,
    dShift: Floats,
    dY: Floats,
    normalized: Floats,
    inverseDeviation: Floats,
    gain: Floats,
    m: number,
    n: number,
  ): void;
  /** out (M, N) = row-wise log softmax of x; in place allowed. */
  logSoftmax(out: Floats, x: Floats, m: number, n: number): void;
  /** out (M, N) = row-wise softmax of x; in place allowed. */
  softmax(out: Floats, x: Floats, m: number, n: number): void;
  /**
   * Returns the sum over rows of -log softmax(logits)[target]; dLogits (M, K) = (softmax - one-hot) * factor.
   * Rows with a negative target count nothing and get a zero gradient. In place allowed.
   */
  softmaxCrossEntropy(dLogits: Floats, logits: Floats, targets: Ints, m: number, k: number, factor: number): number;

  // Optimisers

  /** Sum of x[i]^2; NaN or infinity if any element is. */
  sumOfSquares(x: Floats, n: number): number;
  /** values -= learningRate gradient */
  sgdUpdate(values: Floats, gradient: Floats, n: number, learningRate: number): void;
  /** velocity = beta velocity + (1 - beta) gradient; values -= learningRate velocity */
  momentumUpdate(
    values: Floats,
    gradient: Floats,
    velocity: Floats,
    n: number,
    learningRate: number,
    beta: number,
  ): void;
  /** secondMoment = beta secondMoment + (1 - beta) gradient^2; values -= learningRate gradient / (sqrt(secondMoment) + epsilon) */
  rmspropUpdate(
    values: Floats,
    gradient: Floats,
    secondMoment: Floats,
    n: number,
    learningRate: number,
    beta: number,
    epsilon: number,
  ): void;
  /**
   * Adam: both moments, bias-corrected by the factors given (1 / (1 - beta^t)), then
   * values -= learningRate * correction1 firstMoment / (sqrt(correction2 secondMoment) + epsilon) + decay values
   */
  adamUpdate(
    values: Floats,
    gradient: Floats,
    firstMoment: Floats,
    secondMoment: Floats,
    n: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    correction1: number,
    correction2: number,
    decay: number,
  ): void;
  /** average += (1 - beta) (x - average): an exponentially weighted average. */
  moveAverage(average: Floats, x: Floats, beta: number, n: number): void;
}
