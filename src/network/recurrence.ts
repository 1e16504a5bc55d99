import type { Floats, Kernels } from '../kernels/kernels.js';
import { type Matrix, rowsOf } from './layer.js';
import type { SequenceLayout } from './sequence-layout.js';

/** What rnn, gru and lstm share: how a timestep's rows pair with those of the timestep before. */

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
