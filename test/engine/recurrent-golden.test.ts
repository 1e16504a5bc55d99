import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters, type ParameterSet } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { softmaxCrossEntropy } from '#engine/layers/softmax-cross-entropy.js';
import { layerSpecs, runLayers } from '#engine/network/layer-kinds.js';
import { planStack, type RecurrentStack, stackWidth } from '#engine/network/recurrent-stack.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import type { OptimizerName } from '#engine/optimizers/optimizer.js';
import { expectClose } from '../helpers/closeness.js';
import { fillCosine } from '../helpers/cosine.js';
import { cosineSequence, NO_PARAMETERS, passContext } from '../helpers/numeric-gradient.js';
import { updating } from '../helpers/updating.js';

/** Numbers made by test/golden/make_golden.py, which says how; nothing in the file was computed by this project. */
interface Golden {
  readonly lengths: number[];
  readonly inputs: number;
  readonly hidden: number;
  readonly tags: number;
  readonly cases: Record<string, GoldenCase>;
}
interface GoldenCase {
  readonly output: number[];
  readonly gradients: Record<string, number[]>;
  readonly inputGradient: number[];
  readonly losses: Record<OptimizerName, number[]>;
}
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/recurrent.json', import.meta.url), 'utf8'));

/** As named_parameters() lists them in PyTorch; ours has no bias_hh but in the GRU. */
const PARTS = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'];
const SUFFIXES = ['l0', 'l0_reverse', 'l1', 'l1_reverse'];

const kernels = createReferenceKernels('float64');
const context = passContext(kernels);
const layout = createPackedLayout(golden.lengths);
const NO_DROPOUT = { perToken: 0, perSentence: 0 };

/** Each parameter by its place in PyTorch's list, which knows suffixes that a one-way network does not have. */
function fillRecurrent(parameters: ParameterSet, { bidirectional }: RecurrentStack): void {
  const suffixes = bidirectional ? SUFFIXES : SUFFIXES.filter((suffix) => !suffix.endsWith('reverse'));
  const places = suffixes.flatMap((suffix) => PARTS.map((part) => `rnn.${part}_${suffix}`));
  for (const { name, values } of parameters.list) {
    const place = places.indexOf(name);
    if (place >= 0) fillCosine(values, 0.5, 0.7, 1 + place);
  }
}

const PLAIN = { layers: 1, bidirectional: false };
const CASES: Readonly<Record<string, Pick<RecurrentStack, 'cell' | 'layers' | 'bidirectional'>>> = {
  rnn: { cell: 'rnn', ...PLAIN },
  relu: { cell: 'relu', ...PLAIN },
  lstm: { cell: 'lstm', ...PLAIN },
  gru: { cell: 'gru', ...PLAIN },
  'rnn-2': { cell: 'rnn', ...PLAIN, layers: 2 },
  'lstm-2': { cell: 'lstm', ...PLAIN, layers: 2 },
  'gru-bidirectional': { cell: 'gru', ...PLAIN, bidirectional: true },
  'lstm-2-bidirectional': { cell: 'lstm', layers: 2, bidirectional: true },
};

test('no case of the file is left out', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(golden.cases).sort());
});

describe.each(Object.entries(CASES))('%s against PyTorch', (name, shape) => {
  const expected = golden.cases[name];
  const stack: RecurrentStack = {
    name: 'rnn',
    inputs: golden.inputs,
    hidden: golden.hidden,
    residual: false,
    normalization: 'none',
    rates: NO_DROPOUT,
    ...shape,
  };
  const layers = planStack(stack);

  test('output and every gradient, over sentences of 5, 3 and 1 tokens', () => {
    const parameters = createParameters(kernels, layerSpecs(layers), undefined);
    fillRecurrent(parameters, stack);
    const x = cosineSequence(kernels, layout, golden.inputs);
    const step = runLayers(context, parameters, x, layers);
    expectClose(step.output.values, expected.output, 1e-12, 'output');

    const dOutput = { ...step.output, values: fillCosine(kernels.floats(step.output.values.length), 1, 0.9, 0.2) };
    expectClose(step.backward(dOutput).values, expected.inputGradient, 1e-12, 'input gradient');
    expect(parameters.list.map((parameter) => parameter.name.replace('rnn.', ''))).toEqual(
      Object.keys(expected.gradients),
    );
    for (const [short, gradient] of Object.entries(expected.gradients)) {
      expectClose(parameters.get(`rnn.${short}`).grad, gradient, 1e-12, short);
    }
  });

  test.each<OptimizerName>(['sgd', 'rmsprop', 'adam', 'adamw'])('ten losses of training with %s', (optimizerName) => {
    const specs = [
      ...layerSpecs(layers),
      ...linearSpecs({ name: 'output', inputs: stackWidth(stack), outputs: golden.tags }),
    ];
    const parameters = createParameters(kernels, specs, undefined);
    fillRecurrent(parameters, stack);
    fillCosine(parameters.get('output.weight').values, 0.5, 0.7, 1);
    fillCosine(parameters.get('output.bias').values, 0.5, 0.7, 2);
    const x = cosineSequence(kernels, layout, golden.inputs);
    const targets = Int32Array.from({ length: layout.rows }, (_, row) => (3 * row) % golden.tags);
    const optimizer = createOptimizer(optimizerName, {
      kernels,
      parameters,
      options: { beta1: 0.9, beta2: optimizerName === 'rmsprop' ? 0.9 : 0.999, epsilon: 1e-8, weightDecay: 0.1 },
    });
    const step = updating(optimizer, parameters.values.length);
    const losses = Array.from({ length: 10 }, () => {
      kernels.fill(parameters.grad, 0, parameters.grad.length);
      const states = runLayers(context, parameters, x, layers);
      const logits = linear(context, parameters, states.output, { name: 'output' });
      const gold = { targets, factor: 1 / layout.rows };
      const { value, dLogits } = softmaxCrossEntropy(context, NO_PARAMETERS, logits.output, gold);
      states.backward(logits.backward(dLogits));
      step(optimizerName === 'sgd' ? 0.1 : 0.01);
      return value;
    });
    expectClose(losses, expected.losses[optimizerName], 1e-11, 'loss');
  });
});
