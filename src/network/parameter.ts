import { AppError } from '../errors.js';
import type { Floats, Kernels } from '../kernels/kernels.js';
import type { Random } from '../random.js';

/** A learned tensor and its gradient, both views of the set's flat arrays. `name` is PyTorch's: `rnn.weight_ih_l0`. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Floats;
  readonly grad: Floats;
  /** Whether L2 regularisation and weight decay apply: to weights, not to biases, gains and shifts. */
  readonly decays: boolean;
  /** False: no gradient is wanted and the optimiser leaves it alone (frozen word vectors). */
  readonly trainable: boolean;
}

export type Initializer = (values: Floats, shape: readonly number[], random: Random) => void;

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly decays?: boolean;
  readonly trainable?: boolean;
}

/**
 * All parameters of a network in one flat array, and all gradients in another, so that an optimiser step, a norm or a
 * copy is one kernel call. Trainable parameters come first; those that decay come first among them.
 */
export interface ParameterSet {
  readonly list: readonly Parameter[];
  get(name: string): Parameter;
  /** Everything the optimiser moves: values and gradients of equal length. */
  readonly values: Floats;
  readonly grad: Floats;
  /** The first `decayingCount` elements of `values` belong to parameters that decay. */
  readonly decayingCount: number;
}

/** @param random Draws the initial values; undefined leaves zeros, for a network whose values are about to be loaded. */
export function createParameters(
  kernels: Kernels,
  specs: readonly ParameterSpec[],
  random: Random | undefined,
): ParameterSet {
  const trainable = specs.filter((spec) => spec.trainable ?? true);
  const ordered = [...trainable.filter(decays), ...trainable.filter((spec) => !decays(spec))];
  const total = ordered.reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
  const values = kernels.floats(total);
  const grad = kernels.floats(total);
  const byName = new Map<string, Parameter>();

  let at = 0;
  for (const spec of ordered) {
    const end = at + sizeOf(spec.shape);
    byName.set(spec.name, parameter(spec, values.subarray(at, end), grad.subarray(at, end)));
    at = end;
  }
  for (const spec of specs) {
    if (byName.has(spec.name)) continue;
    byName.set(spec.name, parameter(spec, kernels.floats(sizeOf(spec.shape)), grad.subarray(0, 0)));
  }
  if (byName.size !== specs.length) throw new Error(`parameter names are not distinct: ${specs.map((s) => s.name)}`);
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
    values,
    grad,
    decayingCount: trainable.filter(decays).reduce((sum, spec) => sum + sizeOf(spec.shape), 0),
  };
}

/** The same values with gradients of their own: what one shard of a minibatch adds into. */
export function withOwnGradients(kernels: Kernels, original: ParameterSet): ParameterSet {
  const grad = kernels.floats(original.grad.length);
  const byName = new Map<string, Parameter>();
  for (const parameter of original.list) {
    const from = parameter.grad.byteOffset - original.grad.byteOffset;
    const start = parameter.trainable ? from / original.grad.BYTES_PER_ELEMENT : 0;
    byName.set(parameter.name, { ...parameter, grad: grad.subarray(start, start + parameter.grad.length) });
  }
  return {
    ...original,
    list: original.list.map(({ name }) => byName.get(name)!),
    get: (name) => byName.get(name) ?? original.get(name),
    grad,
  };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

const decays = (spec: ParameterSpec): boolean => spec.decays ?? true;

function parameter(spec: ParameterSpec, values: Floats, grad: Floats): Parameter {
  return { name: spec.name, shape: spec.shape, values, grad, decays: decays(spec), trainable: spec.trainable ?? true };
}
