import { describe, expect, test } from 'vitest';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { createRandom } from '#base/random.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { createTaggerModel } from '#tagging/model/tagger-model.js';
import { assertFits, estimateMemory, memoryLimit, type TrainedNetwork } from '#training/checks/memory-estimate.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS, TINY_VECTORS } from '../../helpers/tiny-corpus.js';
import { trainerOf } from '../../helpers/trainer-of.js';

const MEBIBYTE = 2 ** 20;

function networkOf(set: object): TrainedNetwork {
  const config = parseRunConfig({ ...TINY_CONFIG, ...set }, 'test');
  const words = TINY_CORPUS.flatMap((sentence) => sentence.words);
  const vocabularies = buildFeatureVocabularies(words, config.model, TINY_VECTORS);
  return { config, vocabularies, labels: labelsOf(TINY_CORPUS) };
}

const kernelsOf = (mebibytes: number) =>
  selectKernels('relaxed', { initialBytes: MEBIBYTE, maximumBytes: mebibytes * MEBIBYTE }).kernels;

describe('estimateMemory', () => {
  test.each([
    [{}],
    [{ shards: 5 }],
    [{ optimizer: 'sgd', weight_average: 0 }],
    [{ optimizer: 'momentum', L2: 0.1 }],
    [{ optimizer: 'rmsprop', freeze_words: true }],
    [{ rnn_type: 'lstm', bidirectional: true, layers: 3, crf: true, attention: 'sentence' }],
    [{ fine_tune_vectors: true, char_filters: 5 }],
  ])('%j: what a training really holds, to the byte', (set) => {
    const network = networkOf(set);
    const kernels = createReferenceKernels('float32');
    const { config, vocabularies, labels } = network;
    const random = createRandom(1);
    const model = createTaggerModel({
      config: config.model,
      vocabularies,
      labels,
      regularization: config.training,
      kernels,
      random,
    });
    const train = TINY_CORPUS.map(({ words, tags }) => model.encoder.encode(words, model.tagSet.encode(tags)));
    trainerOf({ model, train, config: config.training, random, evaluate: () => expect.unreachable() });
    const { bytes, parameters } = estimateMemory(network);
    expect(parameters).toBe(model.network.parameters.values.length);
    expect(bytes).toBe(kernels.permanentBytes + 4 * parameters);
  });

  test('of running statistics the copies are not counted, which are few', () => {
    const [without, withThem] = ['none', 'batch'].map(
      (normalization) => estimateMemory(networkOf({ normalization })).bytes,
    );
    expect(withThem).toBeGreaterThan(without);
  });
});

describe('assertFits', () => {
  test('what fits passes', () => {
    expect(() => assertFits(networkOf({}), kernelsOf(8))).not.toThrow();
    expect(() => assertFits(networkOf({}), createReferenceKernels())).not.toThrow();
  });

  test('a network for which there would be no memory is refused before any of it is asked for', () => {
    const start = performance.now();
    const error = thrownBy(() => assertFits(networkOf({ hidden_size: 4096, layers: 16 }), kernelsOf(4096)));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(error.code).toBe('out_of_memory');
    expect(error.message).toMatch(
      /^training: a network of 52\d,\d{3},\d{3} parameters needs 1\d,\d{3} MiB, with the gradient of each shard \(2\), the moments of adam and averages, of [\d,]+ MiB there are; its largest part is rnn\.weight_hh_l0 \(4096 x 4096\); hidden_size \d+ or layers \d would fit$/,
    );
  });

  test.each([
    [{ hidden_size: 512 }, 'rnn.weight_hh_l0 (512 x 512)', ['hidden_size']],
    [
      { hidden_size: 150, layers: 9 },
      'rnn.weight_ih_l1 (150 x 150)|rnn.weight_hh_l0 (150 x 150)',
      ['hidden_size', 'layers'],
    ],
    [
      { affix_buckets: 9999, affix_dimension: 10 },
      'embedding.prefix3.weight (9999 x 10)',
      ['affix_dimension', 'affix_buckets'],
    ],
    [{ affix_buckets: 3000, shards: 64 }, 'embedding.prefix3.weight (3000 x 3)', ['affix_buckets', 'shards']],
    [{ word_dimension: 1024, hidden_size: 100 }, 'rnn.weight_ih_l0', ['word_dimension']],
  ])('%j: names the largest part, and sizes that fit', (set, largest, names) => {
    const error = thrownBy(() => assertFits(networkOf(set), kernelsOf(6)));
    expect(largest.split('|').some((part) => error.message.includes(`its largest part is ${part}`))).toBe(true);
    const advice = [...error.message.matchAll(/(?:; | or )([a-z_]+) (\d+)/g)];
    expect(advice.map(([, name]) => name)).toEqual(expect.arrayContaining(names));
    for (const [, name, size] of advice) {
      expect(estimateMemory(networkOf({ ...set, [name]: size })).bytes).toBeLessThanOrEqual(6 * MEBIBYTE);
      expect(estimateMemory(networkOf({ ...set, [name]: Math.ceil(Number(size) * 1.1) + 1 })).bytes).toBeGreaterThan(
        0.9 * 6 * MEBIBYTE,
      );
    }
  });

  test('where no single size would do, that is said', () => {
    const set = { hidden_size: 600, layers: 9, affix_buckets: 100_000, affix_dimension: 100 };
    expect(thrownBy(() => assertFits(networkOf(set), kernelsOf(6))).message).toMatch(
      /; several of its sizes must be smaller$/,
    );
  });
});

test('the limit is that of the kernels, or of the machine where there is none', () => {
  expect(memoryLimit(kernelsOf(16))).toBe(16 * MEBIBYTE);
  expect(memoryLimit(createReferenceKernels())).toBeGreaterThan(100 * MEBIBYTE);
});
