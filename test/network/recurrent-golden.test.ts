import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createReferenceKernels } from '../../src/kernels/reference.js';
import { zeros } from '../../src/network/initializers.js';
import { linear, linearSpecs } from '../../src/network/linear.js';
import { createParameters, type ParameterSet } from '../../src/network/parameter.js';
import { type CellName, recurrent, recurrentSpecs } from '../../src/network/recurrent.js';
import { createSequenceLayout } from '../../src/network/sequence-layout.js';
import { softmaxCrossEntropy } from '../../src/network/softmax-cross-entropy.js';
import { createOptimizer } from '../../src/optimizers/create-optimizer.js';
import type { OptimizerName } from '../../src/optimizers/optimizer.js';
import { expectClose } from '../helpers/closeness.js';
import { fillCosine } from '../helpers/cosine.js';
import { cosineMatrix, passContext } from '../helpers/numeric-gradient.js';
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
const PLACES = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'];

const kernels = createReferenceKernels('float64');
const layout = createSequenceLayout(golden.lengths);

function fillRecurrent(parameters: ParameterSet): void {
  for (const { name, values } of parameters.list) {
    const place = PLACES.findIndex((part) => name.includes(part));
    if (place >= 0) fillCosine(values, 0.5, 0.7, 1 + place);
  }
}

describe.each<CellName>(['rnn', 'relu', 'lstm', 'gru'])('%s against PyTorch', (cell) => {
  const expected = golden.cases[cell];
  const layer = { cell, prefix: 'rnn', suffix: 'l0' };
  const shape = { inputs: golden.inputs, hidden: golden.hidden };

  test('output and every gradient, over sentences of 5, 3 and 1 tokens', () => {
    const parameters = createParameters(kernels, recurrentSpecs(layer, shape), undefined);
    fillRecurrent(parameters);
    const x = cosineMatrix(kernels, layout.rows, golden.inputs);
    const step = recurrent(passContext(kernels), layer, parameters, layout, x);
    expectClose(step.output.values, expected.output, 1e-12, 'output');

    const dOutput = { ...step.output, values: fillCosine(kernels.floats(step.output.values.length), 1, 0.9, 0.2) };
    expectClose(step.backward(dOutput).values, expected.inputGradient, 1e-12, 'input gradient');
    expect(parameters.list.map(({ name }) => name.replace('rnn.', ''))).toEqual(Object.keys(expected.gradients));
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      expectClose(parameters.get(`rnn.${name}`).grad, gradient, 1e-12, name);
    }
  });

  test.each<OptimizerName>(['sgd', 'rmsprop', 'adam', 'adamw'])('ten losses of training with %s', (name) => {
    const specs = [...recurrentSpecs(layer, shape), ...linearSpecs('output', golden.hidden, golden.tags, zeros)];
    const parameters = createParameters(kernels, specs, undefined);
    fillRecurrent(parameters);
    const output = { weight: parameters.get('output.weight'), bias: parameters.get('output.bias') };
    fillCosine(output.weight.values, 0.5, 0.7, 1);
    fillCosine(output.bias.values, 0.5, 0.7, 2);
    const x = cosineMatrix(kernels, layout.rows, golden.inputs);
    const targets = Int32Array.from({ length: layout.rows }, (_, row) => (3 * row) % golden.tags);
    const optimizer = createOptimizer(name, {
      kernels,
      parameters,
      options: { beta1: 0.9, beta2: name === 'rmsprop' ? 0.9 : 0.999, epsilon: 1e-8, weightDecay: 0.1 },
    });
    const step = updating(optimizer, parameters.values.length);
    const losses = Array.from({ length: 10 }, () => {
      kernels.fill(parameters.grad, 0, parameters.grad.length);
      const states = recurrent(passContext(kernels), layer, parameters, layout, x);
      const logits = linear(kernels, output, states.output);
      const { value, dLogits } = softmaxCrossEntropy(kernels, logits.output, targets, 1 / layout.rows);
      states.backward(logits.backward(dLogits));
      step(name === 'sgd' ? 0.1 : 0.01);
      return value;
    });
    expectClose(losses, expected.losses[name], 1e-11, 'loss');
  });
});
