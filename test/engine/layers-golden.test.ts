import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createTagSet } from '#annotation/tags/tag-set.js';
import { allocateMatrix, type Matrix, type Sequence, type Step } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters, type ParameterSet, type ParameterSpec } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { type AttentionOptions, attention, attentionSpecs } from '#engine/layers/attention.js';
import { createCharacterBatch } from '#engine/layers/character-batch.js';
import { characterConvolution, characterConvolutionSpecs } from '#engine/layers/character-convolution.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { normalization, normalizationSpecs } from '#engine/layers/normalization.js';
import { rightContext } from '#engine/layers/right-context.js';
import { softmaxCrossEntropy } from '#engine/layers/softmax-cross-entropy.js';
import { layerSpecs, runLayers } from '#engine/network/layer-kinds.js';
import { planStack } from '#engine/network/recurrent-stack.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { crfLoss, crfSpecs } from '#engine/structured/crf.js';
import { legalTransitions } from '#tagging/model/tagger-model.js';
import { expectClose } from '../helpers/closeness.js';
import { fillCosine } from '../helpers/cosine.js';
import { cosineSequence, NO_PARAMETERS, passContext } from '../helpers/numeric-gradient.js';
import { updating } from '../helpers/updating.js';

/** Numbers made by test/golden/make_layers_golden.py, which says how; nothing in the file was computed by this project. */
interface GoldenCase {
  readonly parameters: Record<string, number[]>;
  readonly output: number[];
  readonly gradients: Record<string, number[]>;
  readonly inputGradient: number[] | null;
  readonly losses: Record<(typeof OPTIMIZERS)[number], number[]>;
  /** Batch normalisation: the running statistics after one pass, and the output in evaluation by them. */
  readonly running?: Record<string, number[]>;
  readonly evaluated?: number[];
}
interface Golden {
  readonly lengths: number[];
  readonly inputs: number;
  readonly hidden: number;
  readonly tags: number;
  readonly cases: Record<string, GoldenCase>;
}
interface CharactersCase extends GoldenCase {
  readonly words: number[][];
}
interface CrfCase extends GoldenCase {
  readonly tags: string[];
  readonly gold: string[][];
  readonly loss: number;
}
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/layers.json', import.meta.url), 'utf8'));
const OPTIMIZERS = ['sgd', 'adam'] as const;

const kernels = createReferenceKernels('float64');
const context = passContext(kernels, true);
const layout = createPackedLayout(golden.lengths);
const targets = Int32Array.from({ length: layout.rows }, (_, row) => (3 * row) % golden.tags);
const columns = golden.inputs;

/** A layer under test, and the prefix its parameters have with us. */
interface Layer {
  readonly prefix: string;
  readonly specs: readonly ParameterSpec[];
  readonly outputs: number;
  forward(parameters: ParameterSet, x: Sequence): Step;
}

/** Parameter number p of `names` is 0.5 cos(0.7 i + 1 + p). */
function fill(parameters: ParameterSet, names: readonly string[]): void {
  names.forEach((name, place) => {
    fillCosine(parameters.get(name).values, 0.5, 0.7, 1 + place);
  });
}

function tenLosses(parameters: ParameterSet, optimizerName: (typeof OPTIMIZERS)[number], pass: () => number): number[] {
  const optimizer = createOptimizer(optimizerName, {
    kernels,
    parameters,
    options: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
  });
  const step = updating(optimizer, parameters.values.length);
  return Array.from({ length: 10 }, () => {
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const loss = pass();
    step(optimizerName === 'sgd' ? 0.1 : 0.01);
    return loss;
  });
}

const attending = (kind: Pick<AttentionOptions, 'scoring' | 'isCausal'>): Layer => {
  const options = { name: 'attention', columns, ...kind };
  return {
    prefix: 'attention.',
    specs: attentionSpecs(options),
    outputs: columns,
    forward: (parameters, x) => attention(context, parameters, x, options),
  };
};
const normalizing = (type: 'layer' | 'batch'): Layer => ({
  prefix: 'norm.',
  specs: normalizationSpecs({ name: 'norm', type, columns }),
  outputs: columns,
  forward: (parameters, x) => normalization(context, parameters, x, { name: 'norm', type }),
});
const stacked = (kind: 'layer' | 'batch'): Layer => {
  const layers = planStack({
    name: 'rnn',
    cell: 'rnn',
    inputs: golden.inputs,
    hidden: golden.hidden,
    layers: 2,
    bidirectional: false,
    residual: true,
    normalization: kind,
    rates: { perToken: 0, perSentence: 0 },
  });
  return {
    prefix: 'rnn.',
    specs: layerSpecs(layers),
    outputs: golden.hidden,
    forward: (parameters, x) => runLayers(context, parameters, x, layers),
  };
};

const { words } = golden.cases.characters as CharactersCase;
const [characters, dimension] = golden.cases.characters.parameters['embedding.weight'];
const [filters, width] = golden.cases.characters.parameters['convolution.weight'];
const characterLayer: Layer = {
  prefix: 'characters.',
  specs: characterConvolutionSpecs({ name: 'characters', characters, dimension, filters, width }),
  outputs: filters,
  forward(parameters, x) {
    const arrays = new Map(words.map((word) => [String(word), Int32Array.from(word)]));
    const characters = createCharacterBatch(words.map((word) => arrays.get(String(word))!));
    const output = allocateMatrix(kernels, words.length, filters);
    const add = characterConvolution(context, parameters, characters, { name: 'characters', out: output, column: 0 });
    const backward = (dOutput: Matrix): Matrix => {
      add(dOutput);
      return x;
    };
    return { output: { ...output, layout }, backward };
  },
};

const LAYERS: Readonly<Record<string, Layer>> = {
  attention: attending({ scoring: 'dot', isCausal: false }),
  'attention-causal': attending({ scoring: 'dot', isCausal: true }),
  'attention-additive': attending({ scoring: 'additive', isCausal: false }),
  'attention-additive-causal': attending({ scoring: 'additive', isCausal: true }),
  'layer-norm': normalizing('layer'),
  'batch-norm': normalizing('batch'),
  'residual-layer-norm': stacked('layer'),
  'residual-batch-norm': stacked('batch'),
  'look-ahead': {
    prefix: '',
    specs: [],
    outputs: 3 * columns,
    forward: (_, x) => rightContext(context, NO_PARAMETERS, x, { words: 2 }),
  },
  characters: characterLayer,
};

describe.each(Object.entries(LAYERS))('%s against PyTorch', (name, layer) => {
  const expected = golden.cases[name];
  const names = Object.keys(expected.parameters).map((short) => layer.prefix + short);

  test('parameters, output and every gradient, over sentences of 5, 3 and 1 tokens', () => {
    const parameters = createParameters(kernels, layer.specs, undefined);
    const trainable = parameters.list.filter((parameter) => parameter.trainable);
    expect(trainable.map((parameter) => parameter.name).sort()).toEqual([...names].sort());
    fill(parameters, names);
    const step = layer.forward(parameters, cosineSequence(kernels, layout, columns));
    expect(step.output.columns).toBe(layer.outputs);
    expectClose(step.output.values, expected.output, 1e-12, 'output');

    const dOutput = { ...step.output, values: fillCosine(kernels.floats(step.output.values.length), 1, 0.9, 0.2) };
    const dX = step.backward(dOutput);
    if (expected.inputGradient) expectClose(dX.values, expected.inputGradient, 1e-12, 'input gradient');
    for (const [short, gradient] of Object.entries(expected.gradients)) {
      const parameter = parameters.get(layer.prefix + short);
      expect(parameter.shape).toEqual(expected.parameters[short]);
      expectClose(parameter.grad, gradient, 1e-12, short);
    }
  });

  test.each(OPTIMIZERS)('ten losses of training with %s', (optimizer) => {
    const specs = [...layer.specs, ...linearSpecs({ name: 'output', inputs: layer.outputs, outputs: golden.tags })];
    const parameters = createParameters(kernels, specs, undefined);
    fill(parameters, names);
    fill(parameters, ['output.weight', 'output.bias']);
    const losses = tenLosses(parameters, optimizer, () => {
      const step = layer.forward(parameters, cosineSequence(kernels, layout, columns));
      const logits = linear(context, parameters, step.output, { name: 'output' });
      const gold = { targets, factor: 1 / layout.rows };
      const { value, dLogits } = softmaxCrossEntropy(context, NO_PARAMETERS, logits.output, gold);
      step.backward(logits.backward(dLogits));
      return value;
    });
    expectClose(losses, expected.losses[optimizer], 1e-11, 'loss');
  });
});

test('batch normalisation measures what PyTorch keeps, and evaluates by it', () => {
  const { running, evaluated, parameters: shapes } = golden.cases['batch-norm'];
  const layer = normalizing('batch');
  const parameters = createParameters(kernels, layer.specs, undefined);
  fill(
    parameters,
    Object.keys(shapes).map((short) => layer.prefix + short),
  );
  const x = cosineSequence(kernels, layout, columns);
  layer.forward(parameters, x);
  // PyTorch starts from mean 0 and variance 1 and moves a tenth of the way.
  const [mean, variance] = ['running_mean', 'running_var'].map((short) => parameters.get(`norm.${short}`));
  expectClose(
    mean.grad.map((measured) => 0.1 * measured),
    running!.running_mean,
    1e-12,
    'mean',
  );
  expectClose(
    variance.grad.map((measured) => 0.9 + 0.1 * measured),
    running!.running_var,
    1e-12,
    'variance',
  );

  mean.values.set(running!.running_mean);
  variance.values.set(running!.running_var);
  const { output } = normalization(passContext(kernels), parameters, x, { name: 'norm', type: 'batch' });
  expectClose(output.values, evaluated!, 1e-12, 'evaluated');
});

describe('crf against PyTorch, which enumerates all legal sequences', () => {
  const expected = golden.cases.crf as CrfCase;
  const tagSet = createTagSet(['PER'], 'bioes');
  const legal = legalTransitions(tagSet);
  const names = Object.keys(expected.parameters).map((short) => `crf.${short}`);
  const rowsOfTags = Int32Array.from({ length: layout.rows });
  expected.gold.forEach((tags, b) => {
    tags.forEach((tag, t) => {
      rowsOfTags[layout.offsets[t] + b] = tagSet.id(tag);
    });
  });

  const gold = { name: 'crf', legal, targets: rowsOfTags, factor: 1 / layout.rows };
  const lossOf = (parameters: ParameterSet, emissions: Sequence) => crfLoss(context, parameters, emissions, gold);

  test('loss and gradients of emissions, transitions, start and end', () => {
    expect(tagSet.tags).toEqual(expected.tags);
    const parameters = createParameters(kernels, crfSpecs({ name: 'crf', tags: golden.tags }), undefined);
    fill(parameters, names);
    const { value, dLogits } = lossOf(parameters, cosineSequence(kernels, layout, golden.tags));
    expectClose([value], [expected.loss], 1e-12, 'loss');
    expectClose(dLogits.values, expected.inputGradient!, 1e-12, 'emissions');
    for (const [short, gradient] of Object.entries(expected.gradients)) {
      expectClose(parameters.get(`crf.${short}`).grad, gradient, 1e-12, short);
    }
  });

  test.each(OPTIMIZERS)('ten losses of training with %s, transitions and all', (optimizer) => {
    const specs = [
      ...crfSpecs({ name: 'crf', tags: golden.tags }),
      ...linearSpecs({ name: 'output', inputs: columns, outputs: golden.tags }),
    ];
    const parameters = createParameters(kernels, specs, undefined);
    fill(parameters, names);
    fill(parameters, ['output.weight', 'output.bias']);
    const losses = tenLosses(parameters, optimizer, () => {
      const emissions = linear(context, parameters, cosineSequence(kernels, layout, columns), { name: 'output' });
      const { value, dLogits } = lossOf(parameters, emissions.output);
      emissions.backward(dLogits);
      return value;
    });
    expectClose(losses, expected.losses[optimizer], 1e-11, 'loss');
  });
});
