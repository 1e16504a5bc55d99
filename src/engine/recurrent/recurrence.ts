import { orthogonalBlocks, zeros } from '#engine/core/initializers.js';
import {
  allocateMatrix,
  allocateSequence,
  type Matrix,
  NO_GRADIENT,
  rowsOf,
  type Sequence,
} from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { Initializer, Parameter, ParameterSpec } from '#engine/core/parameter.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';
import type { CellNames, CellOptions } from './cell.js';

/** What the cells share: their parameters, the projection of the inputs, and how a timestep's rows pair with those before. */

export interface CellParameters {
  /** (G, I), G being as many rows as the cell has gates times H. */
  readonly weightIh: Parameter;
  /** (G, H) */
  readonly weightHh: Parameter;
  /** (G). PyTorch has two biases here, of which only the sum matters but in the GRU. */
  readonly bias: Parameter;
}

type InputParameters = Omit<CellParameters, 'weightHh'>;

/** The parameters that every cell has, with as many rows as `gates` times H. */
export function cellSpecs(
  { name, suffix, inputs, hidden }: CellOptions,
  gates: number,
  initializers: { readonly weightIh: Initializer; readonly bias?: Initializer },
): ParameterSpec[] {
  const rows = gates * hidden;
  const { weightIh, bias = zeros } = initializers;
  return [
    { name: `${name}.weight_ih_${suffix}`, shape: [rows, inputs], initializer: weightIh },
    { name: `${name}.weight_hh_${suffix}`, shape: [rows, hidden], initializer: orthogonalBlocks },
    { name: `${name}.bias_ih_${suffix}`, shape: [rows], initializer: bias, decays: false },
  ];
}

export function cellParameters(parameters: Parameters, { name, suffix }: CellNames): CellParameters {
  return {
    weightIh: parameters.get(`${name}.weight_ih_${suffix}`),
    weightHh: parameters.get(`${name}.weight_hh_${suffix}`),
    bias: parameters.get(`${name}.bias_ih_${suffix}`),
  };
}

/** x W_ih^T + b for all timesteps at once, since no input depends on a state: (N, G). */
export function inputProjection(kernels: Kernels, { weightIh, bias }: InputParameters, x: Sequence): Sequence {
  const [gates, inputs] = weightIh.shape;
  const out = allocateSequence(kernels, x, gates);
  kernels.fillRows(out.values, bias.values, x.rows, gates);
  kernels.matmulTransposedB(out.values, x.values, weightIh.values, x.rows, gates, inputs, true);
  return out;
}

/** The backward pass of inputProjection; returns dX (N, I). */
export function accumulateInputGradients(
  kernels: Kernels,
  { weightIh, bias }: InputParameters,
  dPreActivations: Matrix,
  x: Matrix,
): Matrix {
  const [gates, inputs] = weightIh.shape;
  kernels.matmulTransposedA(weightIh.grad, dPreActivations.values, x.values, gates, inputs, x.rows, true);
  kernels.addColumnSums(bias.grad, dPreActivations.values, x.rows, gates);
  if (x.isConstant) return NO_GRADIENT;
  const dX = allocateMatrix(kernels, x.rows, inputs);
  kernels.matmul(dX.values, dPreActivations.values, weightIh.values, x.rows, inputs, gates, false);
  return dX;
}

/** How W_hh joins each timestep to the one before. */
export interface StateLink {
  /** preActivations<t> (rows, G) += h<t-1> W_hh^T; nothing at t = 0, where the state is 0. */
  addForward(t: number, preActivations: Floats): void;
  /** dH<t> += dPreActivations<t+1> W_hh; nothing at the last timestep. */
  addBackward(t: number, dHidden: Floats, dPreActivations: Matrix): void;
  /** weightGrad (G, H) += sum over t > 0 of dPreActivations<t>^T h<t-1>, as one product. */
  accumulate(dPreActivations: Matrix): void;
}

/**
 * hiddens (N, H) is filled timestep by timestep, each before `addForward` asks for it.
 *
 * @param mask (B, H) multiplies the state before W_hh sees it, the same at every timestep: variational dropout.
 */
export function linkStates(
  kernels: Kernels,
  weightHh: Parameter,
  hiddens: Sequence,
  mask: Floats | undefined,
): StateLink {
  const { batchSizes, offsets, rows, lengths } = hiddens.layout;
  const [gates, h] = weightHh.shape;
  const steps = batchSizes.length;
  const first = offsets[1] ?? 0;
  // Made once a minibatch so that no timestep has to: (G, H) -> (H, G).
  const weightTransposed = kernels.arena.floats(gates * h);
  kernels.transpose(weightTransposed, weightHh.values, gates, h);
  const masked = kernels.arena.floats(mask ? (rows - first) * h : 0);
  const dMasked = kernels.arena.floats(mask ? lengths.length * h : 0);

  /** What W_hh sees at t > 0: a state for each sentence that is still alive. */
  const before = (t: number): Floats => {
    const states = rowsOf(hiddens, offsets[t - 1], offsets[t]);
    if (!mask) return states;
    const seen = masked.subarray((offsets[t] - first) * h, (offsets[t + 1] - first) * h);
    kernels.multiply(seen, states, mask, batchSizes[t] * h);
    return seen;
  };

  /** Row for row the state that rows offsets[1] .. N saw: (N - B, H). In a ragged minibatch gathered into one block. */
  const allBefore = (): Floats => {
    if (mask) return masked;
    if (batchSizes[steps - 1] === batchSizes[0]) return rowsOf(hiddens, 0, offsets[steps - 1]);
    const out = kernels.arena.floats((rows - first) * h);
    for (let t = 1; t < steps; t++) {
      const to = out.subarray((offsets[t] - first) * h, (offsets[t + 1] - first) * h);
      kernels.copy(to, rowsOf(hiddens, offsets[t - 1], offsets[t]), batchSizes[t] * h);
    }
    return out;
  };

  return {
    addForward(t, preActivations) {
      if (t > 0) kernels.matmul(preActivations, before(t), weightTransposed, batchSizes[t], gates, h, true);
    },
    addBackward(t, dHidden, dPreActivations) {
      if (t + 1 === steps) return;
      const next = rowsOf(dPreActivations, offsets[t + 1], offsets[t + 2]);
      const alive = batchSizes[t + 1];
      if (!mask) {
        kernels.matmul(dHidden, next, weightHh.values, alive, h, gates, true);
        return;
      }
      kernels.matmul(dMasked, next, weightHh.values, alive, h, gates, false);
      kernels.multiply(dMasked, dMasked, mask, alive * h);
      kernels.addScaled(dHidden, dMasked, 1, alive * h);
    },
    accumulate(dPreActivations) {
      if (rows === first) return;
      const d = rowsOf(dPreActivations, first, rows);
      kernels.matmulTransposedA(weightHh.grad, d, allBefore(), gates, h, rows - first, true);
    },
  };
}

/** Zeros for the states before the first timestep: (B, H). */
export function zeroStates(kernels: Kernels, { layout }: Sequence, hidden: number): Floats {
  const zeros = kernels.arena.floats(layout.lengths.length * hidden);
  kernels.fill(zeros, 0, zeros.length);
  return zeros;
}
