import type { Floats, Kernels } from '../kernels/kernels.js';
import { allocateMatrix, type Matrix, NO_GRADIENT, rowsOf } from './layer.js';
import type { Parameter } from './parameter.js';
import type { SequenceLayout } from './sequence-layout.js';

/** What rnn, gru and lstm share: the projection of the inputs, and how a timestep's rows pair with those before. */

interface InputParameters {
  /** (G, I), G being as many rows as the cell has gates times H. */
  readonly weightIh: Parameter;
  /** (G) */
  readonly bias: Parameter;
}

/** x W_ih^T + b for all timesteps at once, since no input depends on a state: (N, G). */
export function inputProjection(kernels: Kernels, { weightIh, bias }: InputParameters, x: Matrix): Matrix {
  const [gates, inputs] = weightIh.shape;
  const out = allocateMatrix(kernels, x.rows, gates);
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

/** weight^T, made once a minibatch so that no timestep has to: (O, I) -> (I, O). */
export function transposed(kernels: Kernels, weight: Floats, outputs: number, inputs: number): Floats {
  const out = kernels.arena.floats(outputs * inputs);
  kernels.transpose(out, weight, outputs, inputs);
  return out;
}

/**
 * weightGrad (G, H) += sum over t > 0 of dPreActivations<t>^T hidden<t-1>, as one product where sentences have one
 * length. In a ragged minibatch the states before are first gathered into one block.
 */
export function accumulateRecurrentGradient(
  kernels: Kernels,
  weightGrad: Floats,
  dPreActivations: Matrix,
  hiddens: Matrix,
  layout: SequenceLayout,
): void {
  const first = layout.offsets[1] ?? 0;
  const later = layout.rows - first;
  if (later === 0) return;
  const gates = dPreActivations.columns;
  const h = hiddens.columns;
  const d = rowsOf(dPreActivations, first, layout.rows);
  const before = statesBefore(kernels, hiddens, layout);
  kernels.matmulTransposedA(weightGrad, d, before, gates, h, later, true);
}

/** Row for row the state one timestep before rows offsets[1] .. N: (N - B, H). */
function statesBefore(kernels: Kernels, hiddens: Matrix, layout: SequenceLayout): Floats {
  const { activeAt, offsets } = layout;
  const steps = activeAt.length;
  if (activeAt[steps - 1] === activeAt[0]) return rowsOf(hiddens, 0, offsets[steps - 1]);
  const h = hiddens.columns;
  const out = kernels.arena.floats((layout.rows - offsets[1]) * h);
  for (let t = 1; t < steps; t++) {
    const to = (offsets[t] - offsets[1]) * h;
    kernels.copy(out.subarray(to, to + activeAt[t] * h), rowsOf(hiddens, offsets[t - 1], offsets[t]), activeAt[t] * h);
  }
  return out;
}
