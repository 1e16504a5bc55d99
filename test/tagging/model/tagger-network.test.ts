import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createBatch } from '#tagging/features/batch.js';
import { UNKNOWN_ID } from '#tagging/features/vocabulary.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { createTaggerModel, parameterCount, savedParameters } from '#tagging/model/tagger-model.js';
import { VECTOR_PARAMETER } from '#tagging/model/tagger-network.js';
import { NO_REGULARIZATION, type Regularization } from '#tagging/model/tagger-plan.js';
import { expectClose } from '../../helpers/closeness.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_CORPUS, TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import { tinyModel } from '../../helpers/tiny-model.js';

const kernels = createReferenceKernels('float64');

function setUp(config: Partial<ModelConfig> = {}, noise: Partial<Regularization> = {}) {
  const { config: full, vocabularies } = tinyModel({ config });
  const model = createTaggerModel({
    config: full,
    vocabularies,
    labels: ['LOC', 'ORG', 'PER'],
    regularization: { ...NO_REGULARIZATION, ...noise },
    kernels,
    random: createRandom(3),
  });
  const sentences = TINY_CORPUS.map(({ words, tags }) => model.encoder.encode(words, model.tagSet.encode(tags)));
  return { model, network: model.network, sentences };
}
const contextOf = (training: boolean, seed = 1) => ({ kernels, training, random: createRandom(seed) });

const CONFIGS: [string, Partial<ModelConfig>][] = [
  ['rnn', {}],
  ['lstm without look-ahead', { rnn_type: 'lstm', look_ahead: 0 }],
  ['gru, bidirectional', { rnn_type: 'gru', bidirectional: true }],
  ['characters', { char_filters: 4, char_dimension: 3 }],
  ['characters alone', { char_filters: 4, word_dimension: 0, affix_dimension: 0, shape_dimension: 0 }],
  ['batch normalisation', { normalization: 'batch' }],
  ['attention and CRF', { attention: 'causal', crf: true, layers: 2, residual: true, normalization: 'layer' }],
];

describe.each(CONFIGS)('%s', (_, config) => {
  const { network, sentences, model } = setUp(config);
  const k = model.tagSet.tags.length;

  test('a sentence has the same logits in a batch as alone', () => {
    const { layout, order } = createBatch(sentences);
    const together = network.forward(createBatch(sentences), contextOf(false)).output;
    order.forEach((sentence, b) => {
      const alone = network.forward(createBatch([sentences[sentence]]), contextOf(false)).output;
      const rows = Array.from({ length: layout.lengths[b] }, (_, t) => layout.offsets[t] + b);
      const expected = rows.flatMap((row) => [...together.values.subarray(row * k, row * k + k)]);
      expectClose(alone.values, expected, 1e-12, `sentence ${sentence}`);
    });
  });

  test('the parts of a minibatch add up to it: loss and gradient', () => {
    const factor = 1 / createBatch(sentences).layout.rows;
    const { parameters } = network;
    const gradientOf = (parts: readonly (readonly number[])[]): { loss: number; grad: number[] } => {
      kernels.fill(parameters.grad, 0, parameters.grad.length);
      let loss = 0;
      for (const part of parts) {
        loss += network.lossAndGradient(createBatch(part.map((i) => sentences[i])), contextOf(false), factor);
      }
      return { loss, grad: [...parameters.grad] };
    };
    const whole = gradientOf([[0, 1, 2, 3, 4, 5, 6, 7]]);
    const parts = gradientOf([[7, 2, 3], [0], [1, 6, 5, 4]]);
    expect(parts.loss).toBeCloseTo(whole.loss, 12);
    expectClose(parts.grad, whole.grad, 1e-12, 'gradient');
  });
});

describe('replicate', () => {
  test('shares the values and has gradients of its own', () => {
    const { network, sentences } = setUp();
    const replica = network.replicate();
    const batch = createBatch(sentences);
    kernels.fill(network.parameters.grad, 0, network.parameters.grad.length);
    replica.lossAndGradient(batch, contextOf(false), 1);
    expect(network.parameters.grad.every((x) => x === 0)).toBe(true);
    expect(replica.parameters.grad.some((x) => x !== 0)).toBe(true);

    network.lossAndGradient(batch, contextOf(false), 1);
    expect([...replica.parameters.grad]).toEqual([...network.parameters.grad]);
    for (const { name, grad } of network.parameters.list) {
      expect([...replica.parameters.get(name).grad]).toEqual([...grad]);
    }
    network.parameters.values[0] = 42;
    expect(replica.parameters.values[0]).toBe(42);
  });
});

describe('noise of training', () => {
  const logitsOf = ({ network, sentences }: ReturnType<typeof setUp>, training: boolean, seed?: number) => [
    ...network.forward(createBatch(sentences), contextOf(training, seed)).output.values,
  ];

  test.each([{ dropout: 0.5 }, { variational_dropout: 0.5 }, { word_dropout: 0.5 }])(
    '%j changes training, not tagging',
    (noise) => {
      const quiet = setUp();
      const noisy = setUp({}, noise);
      expect(logitsOf(noisy, false)).toEqual(logitsOf(quiet, false));
      expect(logitsOf(noisy, true)).not.toEqual(logitsOf(quiet, true));
      expect(logitsOf(noisy, true, 1)).toEqual(logitsOf(noisy, true, 1));
      expect(logitsOf(noisy, true, 2)).not.toEqual(logitsOf(noisy, true, 1));
    },
  );

  test('a dropped word is read as unknown, its affixes and shape stay', () => {
    const { network, sentences } = setUp({}, { word_dropout: 0.999999 });
    const unknown = sentences.map((sentence) => ({
      ...sentence,
      ids: sentence.ids.map((ids, f) => (f === 0 ? ids.map(() => UNKNOWN_ID) : ids)),
    }));
    const dropped = network.forward(createBatch(sentences), contextOf(true)).output;
    const expected = network.forward(createBatch(unknown), contextOf(false)).output;
    expect([...dropped.values]).toEqual([...expected.values]);
  });

  test('leaves the ids of the batch as they were', () => {
    const { network, sentences } = setUp({}, { word_dropout: 0.9 });
    const batch = createBatch(sentences);
    const before = [...batch.ids[0]];
    network.forward(batch, contextOf(true));
    expect([...batch.ids[0]]).toEqual(before);
  });
});

test('parameters have the names PyTorch would give them', () => {
  const { network } = setUp({ layers: 2, bidirectional: true, crf: true });
  expect(network.parameters.list.map(({ name }) => name)).toEqual([
    ...['word', 'prefix3', 'suffix2', 'suffix3', 'suffix4', 'shape'].map((name) => `embedding.${name}.weight`),
    ...['l0', 'l0_reverse', 'l1', 'l1_reverse'].flatMap((suffix) =>
      ['weight_ih', 'weight_hh', 'bias_ih'].map((part) => `rnn.${part}_${suffix}`),
    ),
    'output.weight',
    'output.bias',
    'crf.transitions',
    'crf.start',
    'crf.end',
  ]);
});

describe('freeze_words', () => {
  const gradients = (config: Partial<ModelConfig>) => {
    const { network, sentences } = setUp(config);
    kernels.fill(network.parameters.grad, 0, network.parameters.grad.length);
    network.lossAndGradient(createBatch(sentences), contextOf(false), 1);
    return network.parameters;
  };

  test.each<[string, Partial<ModelConfig>]>([
    ['beside other tables', {}],
    [
      'alone, when no gradient need go further back than the recurrent layer',
      { affix_dimension: 0, shape_dimension: 0 },
    ],
  ])('the word table has no gradient, the others have theirs: %s', (_, config) => {
    const learning = gradients(config);
    const frozen = gradients({ ...config, freeze_words: true });
    const words = frozen.get('embedding.word.weight');
    expect(words.trainable).toBe(false);
    expect(words.grad.length).toBe(0);
    expect([...words.values]).toEqual([...learning.get('embedding.word.weight').values]);
    expect(frozen.values.length).toBe(learning.values.length - words.values.length);
    for (const { name, grad } of frozen.list.filter(({ trainable }) => trainable)) {
      expect([...grad], name).toEqual([...learning.get(name).grad]);
    }
  });
});

describe('pretrained vectors', () => {
  const setUpWithVectors = (config: Partial<ModelConfig>) => {
    const model = tinyModel({ config, kernels, vectors: TINY_VECTORS });
    const wordVectors = (words: readonly string[]) =>
      model.network.embed(createBatch([model.encoder.encode(words)]), contextOf(false)).output;
    const vectorOf = (word: string) => {
      const vector = new Float64Array(TINY_VECTORS.dimension);
      TINY_VECTORS.decodeRow(TINY_VECTORS.id(word), vector);
      return [...vector];
    };
    return { model, parameters: model.network.parameters, wordVectors, vectorOf };
  };

  test('are the first columns of a word, zeros where it has none', () => {
    const { wordVectors, vectorOf } = setUpWithVectors({});
    const { values, columns } = wordVectors(['Oslo', 'Zanzibar', 'never-seen']);
    expect([...values.subarray(0, 5)]).toEqual(vectorOf('oslo'));
    expect([...values.subarray(columns, columns + 5)]).toEqual([0, 0, 0, 0, 0]);
    expect([...values.subarray(2 * columns, 2 * columns + 5)]).toEqual(vectorOf('never-seen'));
  });

  test('frozen, they are no part of what is learned or saved', () => {
    const { model, parameters } = setUpWithVectors({});
    expect(parameters.get(VECTOR_PARAMETER)).toMatchObject({ trainable: false, shape: [7, 5] });
    expect(parameters.get(VECTOR_PARAMETER).grad.length).toBe(0);
    expect(savedParameters(model).map(({ name }) => name)).not.toContain(VECTOR_PARAMETER);
    expect(parameterCount(model)).toBe(parameters.values.length);
  });

  test('fine-tuned, training adds a delta of its own to each word it knows, at first nothing', () => {
    const { model, parameters, wordVectors, vectorOf } = setUpWithVectors({ fine_tune_vectors: true });
    const delta = parameters.get('embedding.vector_delta.weight');
    expect(delta.shape).toEqual([model.vocabularies.words.words.length, 5]);
    expect([...wordVectors(['Oslo']).values.subarray(0, 5)]).toEqual(vectorOf('oslo'));
    const row = model.vocabularies.words.id('oslo');
    delta.values.set([1, 2, 3, 4, 5], row * 5);
    const { values, columns } = wordVectors(['Oslo', 'never-seen']);
    expect([...values.subarray(0, 5)]).toEqual(vectorOf('oslo').map((x, i) => x + i + 1));
    expect([...values.subarray(columns, columns + 5)]).toEqual(vectorOf('never-seen'));
  });
});

test('a network needs inputs', () => {
  const none = { word_dimension: 0, affix_dimension: 0, shape_dimension: 0 };
  const error = thrownBy(() => tinyModel({ config: none }));
  expect(error.code).toBe('invalid_config');
  expect(error.message).toBe(
    'config: at least one of word_dimension, affix_dimension, shape_dimension and char_filters must be above 0',
  );
});

test('an untrained CRF decodes as no CRF: only what is legal counts', () => {
  expect(setUp({ crf: true }).network.transitions()).toEqual(setUp().network.transitions());
});
