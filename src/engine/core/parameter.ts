import { AppError } from '#base/errors.js';
import type { Random } from '#base/random.js';
import type { Floats, Ints, Kernels } from '#engine/kernels/kernels.js';

/** A learned tensor and its gradient, both views of the set's flat arrays. `name` is PyTorch's: `rnn.weight_ih_l0`. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Floats;
  /** The gradient; for a statistic what the last pass measured; empty for what is neither learned nor measured. */
  readonly grad: Floats;
  /** Whether L2 regularisation and weight decay apply: to weights, not to biases, gains and shifts. */
  readonly decays: boolean;
  /** False: no gradient is wanted and the optimiser leaves it alone (frozen word vectors, statistics). */
  readonly trainable: boolean;
  /**
   * Flags of the rows of a table of which a minibatch uses few: not 0 for every row whose `grad` a pass has added to since the
   * flag was last cleared. The other rows need not be looked at.
   */
  readonly touched?: Ints | undefined;
}

export type Initializer = (values: Floats, shape: readonly number[], random: Random) => void;

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly decays?: boolean;
  readonly trainable?: boolean;
  /** A table of which a minibatch uses few rows. */
  readonly isSparse?: boolean;
  /** Measured in training, not learned: a running mean or variance. */
  readonly isStatistic?: boolean;
}

/**
 * All parameters of a network in one flat array, and all gradients in another, so that an optimiser step, a norm or a
 * copy is one kernel call. Trainable parameters come first: sparse tables, then others that decay, then those that do not;
 * statistics follow.
 */
export interface ParameterSet {
  readonly list: readonly Parameter[];
  get(name: string): Parameter;
  /** Everything the optimiser moves: values and gradients of equal length. */
  readonly values: Floats;
  readonly grad: Floats;
  /** The running statistics, and what the last pass measured of each: of equal length, mostly 0. */
  readonly statistics: Floats;
  readonly measured: Floats;
  /** `values`, then `statistics`: everything that training changes. */
  readonly state: Floats;
  /** The first `decayingCount` elements of `values` belong to parameters that decay. */
  readonly decayingCount: number;
  /** The first `sparseCount` elements of `values` belong to sparse tables. */
  readonly sparseCount: number;
}

/** @param random Draws the initial values; undefined leaves zeros, for a network whose values are about to be loaded. */
export function createParameters(
  kernels: Kernels,
  specs: readonly ParameterSpec[],
  random: Random | undefined,
): ParameterSet {
  const statistics = specs.filter(isStatistic);
  const trainable = specs.filter(isTrainable);
  const sparse = trainable.filter((spec) => spec.isSparse);
  const dense = trainable.filter((spec) => !spec.isSparse);
  const learned = [...sparse, ...dense.filter(decays), ...dense.filter((spec) => !decays(spec))];
  const learnedCount = totalSize(learned);
  const state = kernels.floats(learnedCount + totalSize(statistics));
  const changes = kernels.floats(state.length);
  const byName = new Map<string, Parameter>();

  let at = 0;
  for (const spec of [...learned, ...statistics]) {
    const end = at + sizeOf(spec.shape);
    const touched = sparse.includes(spec) ? kernels.ints(spec.shape[0]) : undefined;
    byName.set(spec.name, { ...parameter(spec, state.subarray(at, end), changes.subarray(at, end)), touched });
    at = end;
  }
  for (const spec of specs) {
    if (byName.has(spec.name)) continue;
    byName.set(spec.name, parameter(spec, kernels.floats(sizeOf(spec.shape)), changes.subarray(0, 0)));
  }
  if (byName.size !== specs.length)
    throw new AppError(
      'internal',
      `parameters: expected distinct names, found ${specs.map(({ name }) => name).join(', ')}`,
    );
  if (random)
    for (const spec of specs) {
      spec.initializer(byName.get(spec.name)!.values, spec.shape, random.fork(spec.name));
    }

  return {
    list: specs.map((spec) => byName.get(spec.name)!),
    get: (name) => {
      const found = byName.get(name);
      if (!found)
        throw new AppError('internal', `parameters: there is no "${name}", only ${[...byName.keys()].join(', ')}`);
      return found;
    },
    values: state.subarray(0, learnedCount),
    grad: changes.subarray(0, learnedCount),
    statistics: state.subarray(learnedCount),
    measured: changes.subarray(learnedCount),
    state,
    decayingCount: totalSize(trainable.filter(decays)),
    sparseCount: totalSize(sparse),
  };
}

/** The same values with gradients and measurements of their own: what one shard of a minibatch adds into. */
export function withOwnGradients(kernels: Kernels, original: ParameterSet): ParameterSet {
  const changes = kernels.floats(original.state.length);
  const byName = new Map<string, Parameter>();
  for (const parameter of original.list) {
    const start = (parameter.grad.byteOffset - original.grad.byteOffset) / original.grad.BYTES_PER_ELEMENT;
    const grad = changes.subarray(start, start + parameter.grad.length);
    const touched = parameter.touched && kernels.ints(parameter.touched.length);
    byName.set(parameter.name, { ...parameter, grad, touched });
  }
  return {
    ...original,
    list: original.list.map(({ name }) => byName.get(name)!),
    get: (name) => byName.get(name) ?? original.get(name),
    grad: changes.subarray(0, original.grad.length),
    measured: changes.subarray(original.grad.length),
  };
}

/** How many numbers parameters will hold, before any of them is allocated. */
export interface ParameterCounts {
  readonly all: number;
  /** Those that the optimiser moves. */
  readonly learned: number;
  /** Rows of the sparse tables that learn, for each of which a flag is kept. */
  readonly sparseRows: number;
  /** The parameter with the most numbers. */
  readonly largest: Pick<ParameterSpec, 'name' | 'shape'>;
}

export function countParameters(specs: readonly ParameterSpec[]): ParameterCounts {
  const learned = specs.filter(isTrainable);
  return {
    all: totalSize(specs),
    learned: totalSize(learned),
    sparseRows: learned.reduce((sum, { isSparse, shape }) => sum + (isSparse ? shape[0] : 0), 0),
    largest: specs.toSorted((a, b) => sizeOf(b.shape) - sizeOf(a.shape))[0],
  };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

const isStatistic = (spec: ParameterSpec): boolean => spec.isStatistic ?? false;
const isTrainable = (spec: ParameterSpec): boolean => !isStatistic(spec) && (spec.trainable ?? true);
const decays = (spec: ParameterSpec): boolean => spec.decays ?? !isStatistic(spec);

function totalSize(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function parameter(spec: ParameterSpec, values: Floats, grad: Floats): Parameter {
  return { name: spec.name, shape: spec.shape, values, grad, decays: decays(spec), trainable: isTrainable(spec) };
}
