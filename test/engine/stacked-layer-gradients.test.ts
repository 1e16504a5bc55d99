import { describe, expect, test } from 'vitest';
import type { Sequence } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters, type ParameterSet, type ParameterSpec } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { attention, attentionSpecs } from '#engine/layers/attention.js';
import { concatenate } from '#engine/layers/concatenate.js';
import type { DropoutRates } from '#engine/layers/dropout.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { normalization, normalizationSpecs } from '#engine/layers/normalization.js';
import { residual } from '#engine/layers/residual.js';
import { layerSpecs, runLayers } from '#engine/network/layer-kinds.js';
import { planStack, type RecurrentStack, stackWidth } from '#engine/network/recurrent-stack.js';
import { CELL_NAMES } from '#engine/recurrent/cells.js';
import { expectClose } from '../helpers/closeness.js';
import { fillCosine } from '../helpers/cosine.js';
import { cosineSequence, gradientDistance, passContext } from '../helpers/numeric-gradient.js';

/** Layers made of layers, as in layer-gradients.test.ts. */
const kernels = createReferenceKernels('float64');
const context = passContext(kernels);
const layout = createPackedLayout([5, 3, 1]);
const TOLERANCE = 1e-6;
const NO_DROPOUT: DropoutRates = { perToken: 0, perSentence: 0 };

function filled(specs: readonly ParameterSpec[]): ParameterSet {
  const parameters = createParameters(kernels, specs, undefined);
  parameters.list.forEach(({ values }, p) => {
    fillCosine(values, 0.6, 0.7, 1 + p);
  });
  return parameters;
}

test.each([
  ['layer', 'in evaluation', false],
  ['batch', 'by the rows at hand', true],
  ['batch', 'by running statistics', false],
] as const)('%s normalisation, %s', (type, _, training) => {
  const options = { name: 'norm', type, columns: 4 };
  const parameters = filled(normalizationSpecs(options));
  kernels.fill(parameters.statistics, 0.8, parameters.statistics.length);
  const x = cosineSequence(kernels, layout, 4);
  const forward = (input: Sequence) => normalization({ ...context, training }, parameters, input, options);
  expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
});

test('residual, around a layer and by hand', () => {
  const parameters = filled(linearSpecs({ name: 'layer', inputs: 3, outputs: 3 }));
  const x = cosineSequence(kernels, layout, 3);
  const forward = (input: Sequence) =>
    residual(context, (inner) => linear(context, parameters, inner, { name: 'layer' }), input);
  expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  const doubled = residual(context, (inner) => ({ output: inner, backward: (dOutput) => dOutput }), x);
  expect([...doubled.output.values]).toEqual(Array.from(x.values, (value) => 2 * value));
});

test('side by side, and apart again', () => {
  const two = createPackedLayout([2]);
  const parts = [cosineSequence(kernels, two, 1), cosineSequence(kernels, two, 2, 0.7)];
  const { output, split } = concatenate(context, parts);
  const [a, b] = parts.map(({ values }) => values);
  expect([...output.values]).toEqual([a[0], b[0], b[1], a[1], b[2], b[3]]);
  expect(split(output).map(({ values }) => [...values])).toEqual([[...a], [...b]]);
});

describe.each([
  ['over the sentence', { scoring: 'dot', isCausal: false }],
  ['causal', { scoring: 'dot', isCausal: true }],
  ['additive, over the sentence', { scoring: 'additive', isCausal: false }],
  ['additive, causal', { scoring: 'additive', isCausal: true }],
] as const)('attention, %s', (_, options) => {
  const { scoring, isCausal } = options;
  const plan = { name: 'attention', columns: 4, ...options };
  const specs = attentionSpecs(plan);
  const parameters = filled(specs);
  const forward = (input: Sequence) => attention(context, parameters, input, plan);

  test('gradient', () => {
    const x = cosineSequence(kernels, layout, 4);
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });

  test('a later token changes an earlier one only if attention may look ahead', () => {
    const before = [...forward(cosineSequence(kernels, layout, 4)).output.values];
    const changed = cosineSequence(kernels, layout, 4);
    changed.values[layout.offsets[2] * 4] += 1; // token 2 of the longest sentence
    const after = [...forward(changed).output.values];
    const rowOf = (values: number[], row: number) => values.slice(row * 4, row * 4 + 4);
    expect(rowOf(after, layout.offsets[4])).not.toEqual(rowOf(before, layout.offsets[4]));
    expect(String(rowOf(after, 0)) === String(rowOf(before, 0))).toBe(isCausal);
    expect(rowOf(after, 1)).toEqual(rowOf(before, 1)); // another sentence
  });

  test('by the formula: x + W_o (softmax(scores) v) + b_o, scores q k^T / sqrt(C) or w tanh(q + k)', () => {
    const x = cosineSequence(kernels, layout, 4);
    const rowOf = (values: ArrayLike<number>, row: number) => Array.from({ length: 4 }, (_, j) => values[row * 4 + j]);
    const dot = (left: number[], right: number[]) => left.reduce((sum, value, j) => sum + value * right[j], 0);
    const project = (part: string, vector: number[]) =>
      vector.map(
        (_, o) =>
          dot(rowOf(parameters.get(`attention.${part}.weight`).values, o), vector) +
          (part === 'key' ? 0 : parameters.get(`attention.${part}.bias`).values[o]),
      );
    const score = (query: number[], key: number[]): number => {
      if (scoring === 'dot') return dot(query, key) / 2;
      const hidden = query.map((q, j) => Math.tanh(q + key[j]));
      return dot([...parameters.get('attention.score.weight').values], hidden);
    };
    const { output } = forward(x);
    layout.lengths.forEach((length, b) => {
      const inputs = Array.from({ length }, (_, t) => rowOf(x.values, layout.offsets[t] + b));
      inputs.forEach((input, t) => {
        const seen = isCausal ? inputs.slice(0, t + 1) : inputs;
        const weights = seen.map((other) => Math.exp(score(project('query', input), project('key', other))));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const mixed = input.map((_, j) =>
          seen.reduce((sum, other, s) => sum + (weights[s] / total) * project('value', other)[j], 0),
        );
        const expected = project('output', mixed).map((value, j) => value + input[j]);
        expectClose(rowOf(output.values, layout.offsets[t] + b), expected, 1e-12);
      });
    });
  });

  test('begins as the identity', () => {
    const fresh = createParameters(kernels, specs, context.random);
    const x = cosineSequence(kernels, layout, 4);
    expect([...attention(context, fresh, x, plan).output.values]).toEqual([...x.values]);
  });
});

describe('recurrent stack', () => {
  const plain: RecurrentStack = {
    name: 'rnn',
    cell: 'rnn',
    inputs: 3,
    hidden: 4,
    layers: 2,
    bidirectional: false,
    residual: false,
    normalization: 'none',
    rates: NO_DROPOUT,
  };

  test.each<[string, Partial<RecurrentStack>]>([
    ...CELL_NAMES.map((cell): [string, Partial<RecurrentStack>] => [`two layers of ${cell}`, { cell }]),
    ['bidirectional', { bidirectional: true, cell: 'lstm' }],
    ['residual', { residual: true, layers: 3 }],
    ['residual, the first layer too', { residual: true, inputs: 4 }],
    ['normalised', { normalization: 'layer' }],
    ['everything', { bidirectional: true, residual: true, normalization: 'layer', cell: 'gru' }],
  ])('%s', (_, changed) => {
    const stack = { ...plain, ...changed };
    const layers = planStack(stack);
    const parameters = filled(layerSpecs(layers));
    const x = cosineSequence(kernels, layout, stack.inputs);
    const forward = (input: Sequence) => runLayers(context, parameters, input, layers);
    expect(forward(x).output.columns).toBe(stackWidth(stack));
    expect(gradientDistance(kernels, forward, x, parameters)).toBeLessThan(TOLERANCE);
  });

  test('dropout between the layers, but not below the first', () => {
    const parameters = filled(layerSpecs(planStack(plain)));
    const training = { ...context, training: true };
    const x = cosineSequence(kernels, layout, 3);
    const outputOf = (layers: number, rates: DropoutRates) => [
      ...runLayers(training, parameters, x, planStack({ ...plain, layers, rates })).output.values,
    ];
    expect(outputOf(1, { perToken: 0.5, perSentence: 0 })).toEqual(outputOf(1, NO_DROPOUT));
    expect(outputOf(2, { perToken: 0.5, perSentence: 0 })).not.toEqual(outputOf(2, NO_DROPOUT));
    expect(outputOf(2, { perToken: 0, perSentence: 0.5 })).not.toEqual(outputOf(2, NO_DROPOUT));
  });
});
