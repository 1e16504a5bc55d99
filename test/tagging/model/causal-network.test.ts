import { describe, expect, test } from 'vitest';
import { createRandom } from '#base/random.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { type CausalNetwork, createCausalNetwork, whyNotCausal } from '#tagging/model/causal-network.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import { sentenceLogits } from '#tagging/model/sentence-logits.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { expectClose } from '../../helpers/closeness.js';
import { ONE_WAY_NETWORKS } from '../../helpers/one-way-networks.js';
import { tinyModel } from '../../helpers/tiny-model.js';

const SENTENCES = [
  'Yesterday Ana met Li Wei at Ford in Oslo , said Ana .',
  'Ana sang ; Oslo listened .',
  'In 1999 Oslo met Unseen-Word',
  'Li sang',
  'Ana',
].map((line) => line.split(' '));

const CONFIGS: readonly [string, Partial<ModelConfig>][] = [
  ...ONE_WAY_NETWORKS,
  ['characters', { char_filters: 5 }],
  ['words alone', { affix_dimension: 0, shape_dimension: 0, hidden_size: 37 }],
];

/** Random values everywhere, so that no bias, gain or running statistic is left at 0 or 1. */
function randomModel(config: Partial<ModelConfig>, kernels = createReferenceKernels('float32')): TaggerModel {
  const model = tinyModel({ config, kernels });
  const random = createRandom(3);
  for (const { name, values } of model.network.parameters.list) {
    const draws = random.fork(name);
    for (let i = 0; i < values.length; i++)
      values[i] += name.endsWith('running_var') ? draws.next() : 0.3 * draws.gaussian();
  }
  return model;
}

function oneWayOf(model: TaggerModel, cacheBytes?: number): CausalNetwork {
  const network = createCausalNetwork(model, cacheBytes === undefined ? {} : { cacheBytes });
  network.refresh();
  return network;
}

/** Logits sentence by sentence: (T, K) each. */
function logitsOf(model: TaggerModel, causal: CausalNetwork | undefined, sentences: readonly string[][]): number[][] {
  const position = model.kernels.arena.position;
  const { logits, layout } = sentenceLogits(model, causal, sentences);
  const k = logits.columns;
  const out = sentences.map((words, b) =>
    words.flatMap((_, t) => {
      const row = (layout.offsets[t] + b) * k;
      return [...logits.values.subarray(row, row + k)];
    }),
  );
  model.kernels.arena.release(position);
  return out;
}

/** Logits of one sentence as a stream computes them: word by word, with zeros for what lies beyond the end. */
function logitsWordByWord(model: TaggerModel, network: CausalNetwork, words: readonly string[]): number[] {
  let state = network.createArray(network.stateSize);
  return words.flatMap((_, t) => {
    const input = network.createArray(network.inputSize);
    for (let distance = 0; distance <= model.config.look_ahead && t + distance < words.length; distance++) {
      network.addInput(input, words[t + distance], distance);
    }
    const next = network.createArray(network.stateSize);
    const logits = network.createArray(network.tagCount);
    network.step({ input, state, next, logits });
    state = next;
    return [...logits];
  });
}

function expectAllClose(actual: readonly number[][], expected: readonly number[][], tolerance: number): void {
  actual.forEach((logits, i) => {
    expectClose(logits, expected[i], tolerance, `sentence ${i}`);
  });
}

describe.each([
  ['reference', () => createReferenceKernels('float32'), 1e-5],
  ['reference in float64', () => createReferenceKernels('float64'), 1e-12],
  ['the fastest kernels', () => selectKernels().kernels, 1e-5],
] as const)('%s', (_, kernelsOf, tolerance) => {
  describe.each(CONFIGS)('%s', (_, config) => {
    const model = randomModel(config, kernelsOf());
    const plain = logitsOf(model, undefined, SENTENCES);
    const network = oneWayOf(model);

    test('the logits are those of the network that was trained', () => {
      expectAllClose(logitsOf(model, network, SENTENCES), plain, tolerance);
    });

    test('word by word too', () => {
      const wordByWord = SENTENCES.map((words) => logitsWordByWord(model, network, words));
      expectAllClose(wordByWord, plain, tolerance);
    });

    test('one by one, remembered or not, pushed out or not: the same bits', () => {
      const together = logitsOf(model, network, SENTENCES);
      expect(logitsOf(model, network, SENTENCES)).toEqual(together);
      expect(SENTENCES.flatMap((words) => logitsOf(model, network, [words]))).toEqual(together);
      const rowBytes = 4 * (model.config.look_ahead + 1) * network.inputSize;
      for (const cacheBytes of [0, 16 * rowBytes]) {
        expect(SENTENCES.flatMap((words) => logitsOf(model, oneWayOf(model, cacheBytes), [words]))).toEqual(together);
      }
    });
  });
});

test('refresh takes over changed weights', () => {
  const model = randomModel({ rnn_type: 'lstm', layers: 2 });
  const network = oneWayOf(model);
  logitsOf(model, network, SENTENCES);
  const { values } = model.network.parameters;
  for (let i = 0; i < values.length; i++) values[i] *= 0.5;
  network.refresh();
  const plain = logitsOf(model, undefined, SENTENCES);
  expectAllClose(logitsOf(model, network, SENTENCES), plain, 1e-5);
});

test('a long run takes no more memory than a short one', () => {
  const kernels = createReferenceKernels('float32');
  const model = randomModel({ layers: 2 }, kernels);
  const network = oneWayOf(model, 4096);
  logitsOf(model, network, SENTENCES);
  const before = { permanent: kernels.permanentBytes, position: kernels.arena.position };
  for (let i = 0; i < 500; i++) {
    logitsOf(model, network, [[`word${i}`, `other${i}`]]);
    logitsWordByWord(model, network, [`word${i}`, `third${i}`]);
  }
  expect({ permanent: kernels.permanentBytes, position: kernels.arena.position }).toEqual(before);
});

describe('whyNotCausal', () => {
  test.each<[Partial<ModelConfig>, string]>([
    [
      { bidirectional: true },
      'it reads every sentence right to left too (bidirectional), so no tag is certain before its end',
    ],
    [{ attention: 'sentence' }, 'its attention sees the whole sentence, so no tag is certain before its end'],
    [{ attention: 'causal' }, 'its attention looks back at every word so far, so no word would have a constant cost'],
    [{ residual: true, look_ahead: 0, hidden_size: 19 }, 'a residual connection goes round its first layer'],
  ])('%j', (config, reason) => {
    expect(whyNotCausal(tinyModel({ config }))).toBe(reason);
  });

  test('nothing against the default', () => {
    expect(whyNotCausal(tinyModel())).toBeUndefined();
  });
});
