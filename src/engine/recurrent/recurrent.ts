import { allocateMatrix, type Matrix, NO_GRADIENT, type PassContext, type Step } from '#engine/core/layer.js';
import { type PackedLayout, reversedRows } from '#engine/core/packed-layout.js';
import type { ParameterSet, ParameterSpec } from '#engine/core/parameter.js';
import { sentenceMasks } from '#engine/layers/dropout.js';
import { gru, gruSpecs } from './gru.js';
import { lstm, lstmSpecs } from './lstm.js';
import { type RecurrentShape, rnn, rnnSpecs } from './rnn.js';

/** `rnn` is the tanh cell of the notes, `relu` the same with ReLU. */
export const CELL_NAMES = ['rnn', 'relu', 'gru', 'lstm'] as const;
export type CellName = (typeof CELL_NAMES)[number];

/** One recurrent layer in one direction. `suffix` is PyTorch's: `l0`, `l1_reverse`. */
export interface RecurrentLayer {
  readonly cell: CellName;
  readonly prefix: string;
  readonly suffix: string;
  /** Variational dropout of the state on its way to the next timestep; 0 unless told. */
  readonly stateDropout?: number;
}

export function recurrentSpecs({ cell, prefix, suffix }: RecurrentLayer, shape: RecurrentShape): ParameterSpec[] {
  switch (cell) {
    case 'rnn':
      return rnnSpecs(prefix, suffix, shape, 'tanh');
    case 'relu':
      return rnnSpecs(prefix, suffix, shape, 'relu');
    case 'gru':
      return gruSpecs(prefix, suffix, shape);
    case 'lstm':
      return lstmSpecs(prefix, suffix, shape);
  }
}

/** x (N, I) -> (N, H), left to right. */
export function recurrent(
  context: PassContext,
  { cell, prefix, suffix, stateDropout = 0 }: RecurrentLayer,
  parameters: ParameterSet,
  layout: PackedLayout,
  x: Matrix,
): Step {
  const shared = {
    weightIh: parameters.get(`${prefix}.weight_ih_${suffix}`),
    weightHh: parameters.get(`${prefix}.weight_hh_${suffix}`),
    bias: parameters.get(`${prefix}.bias_ih_${suffix}`),
  };
  const hidden = shared.weightHh.shape[1];
  const isMasked = context.training && stateDropout > 0;
  const mask = isMasked ? sentenceMasks(context, `state-${suffix}`, stateDropout, layout, hidden) : undefined;
  switch (cell) {
    case 'rnn':
      return rnn(context, shared, 'tanh', layout, x, mask);
    case 'relu':
      return rnn(context, shared, 'relu', layout, x, mask);
    case 'gru':
      return gru(context, { ...shared, biasHh: parameters.get(`${prefix}.bias_hh_${suffix}`) }, layout, x, mask);
    case 'lstm':
      return lstm(context, shared, layout, x, mask);
  }
}

/**
 * Right to left: every sentence is turned round, run left to right, and turned round again. Lengths do not change, so
 * the layout serves both ways.
 */
export function recurrentReversed(
  context: PassContext,
  layer: RecurrentLayer,
  parameters: ParameterSet,
  layout: PackedLayout,
  x: Matrix,
): Step {
  const { kernels } = context;
  const order = reversedRows(layout, kernels.arena.ints(layout.rows));
  const turned = (matrix: Matrix): Matrix => {
    const out = allocateMatrix(kernels, matrix.rows, matrix.columns);
    kernels.gatherRows(out.values, matrix.values, order, matrix.rows, matrix.columns, matrix.columns, 0);
    return { ...out, isConstant: matrix.isConstant };
  };
  const step = recurrent(context, layer, parameters, layout, turned(x));
  const backward = (dOutput: Matrix): Matrix => {
    const dTurned = step.backward(turned(dOutput));
    return x.isConstant ? NO_GRADIENT : turned(dTurned);
  };
  return { output: turned(step.output), backward };
}
