import { initializerFor, orthogonalBlocks, zeros } from '#engine/core/initializers.js';
import { type Matrix, type PassContext, rowsOf, type Step } from '#engine/core/layer.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { Parameter, ParameterSpec } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { accumulateInputGradients, inputProjection, linkStates } from './recurrence.js';

export type Nonlinearity = 'tanh' | 'relu';

export interface RnnParameters {
  /** (H, I); the notes' W_ax */
  readonly weightIh: Parameter;
  /** (H, H); the notes' W_aa */
  readonly weightHh: Parameter;
  /** (H); the notes' b_a. PyTorch has two biases here, of which only the sum matters. */
  readonly bias: Parameter;
}

export interface RecurrentShape {
  readonly inputs: number;
  readonly hidden: number;
}

export function rnnSpecs(
  prefix: string,
  suffix: string,
  { inputs, hidden }: RecurrentShape,
  nonlinearity: Nonlinearity,
): ParameterSpec[] {
  return [
    { name: `${prefix}.weight_ih_${suffix}`, shape: [hidden, inputs], initializer: initializerFor(nonlinearity) },
    { name: `${prefix}.weight_hh_${suffix}`, shape: [hidden, hidden], initializer: orthogonalBlocks },
    { name: `${prefix}.bias_ih_${suffix}`, shape: [hidden], initializer: zeros, decays: false },
  ];
}

/**
 * The one-way recurrent network of the notes: a<t> = g(W_ax x<t> + W_aa a<t-1> + b_a), a<0> = 0, with g tanh or ReLU
 * and the same weights at every timestep; one output a timestep (T_x = T_y).
 *
 * x (N, I) in the layout's order, output (N, H); `stateMask` as for linkStates. The backward pass is backpropagation through time: it walks the
 * timesteps from the last to the first, since a<t> reaches the loss directly and through a<t+1>.
 */
export function rnn(
  { kernels }: PassContext,
  { weightIh, weightHh, bias }: RnnParameters,
  nonlinearity: Nonlinearity,
  layout: PackedLayout,
  x: Matrix,
  stateMask?: Floats,
): Step {
  const h = weightHh.shape[1];
  const { batchSizes, offsets } = layout;
  const steps = batchSizes.length;
  const activate = nonlinearity === 'tanh' ? kernels.tanh : kernels.relu;
  const activateBackward = nonlinearity === 'tanh' ? kernels.tanhBackward : kernels.reluBackward;

  const hiddens = inputProjection(kernels, { weightIh, bias }, x); // pre-activations (N, H), activated in place
  const link = linkStates(kernels, weightHh, layout, hiddens, stateMask);
  for (let t = 0; t < steps; t++) {
    const hidden = rowsOf(hiddens, offsets[t], offsets[t + 1]);
    link.addForward(t, hidden);
    activate(hidden, hidden, batchSizes[t] * h);
  }

  const backward = (dHiddens: Matrix): Matrix => {
    // dHiddens becomes the gradient of the pre-activations, one timestep after the other.
    for (let t = steps - 1; t >= 0; t--) {
      const dHidden = rowsOf(dHiddens, offsets[t], offsets[t + 1]);
      link.addBackward(t, dHidden, dHiddens);
      activateBackward(dHidden, dHidden, rowsOf(hiddens, offsets[t], offsets[t + 1]), batchSizes[t] * h);
    }
    link.accumulate(dHiddens);
    return accumulateInputGradients(kernels, { weightIh, bias }, dHiddens, x);
  };
  return { output: hiddens, backward };
}
