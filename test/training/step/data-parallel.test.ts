import { afterEach, describe, expect, test } from 'vitest';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { createRandom } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { createSpanScorer } from '#tagging/evaluation/span-scores.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { createTaggerModel } from '#tagging/model/tagger-model.js';
import { sentenceVariants } from '#training/config/sentence-variants.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { createTrainer } from '#training/loop/trainer.js';
import { createParallelRunner, forOwnShare } from '#training/step/data-parallel.js';
import { packSentences, unpackSentences } from '#training/step/packed-sentences.js';
import { createStepEngine } from '#training/step/step-engine.js';
import type { StepRunner } from '#training/step/step-runner.js';
import { expectSame } from '../../helpers/closeness.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS, TINY_VECTORS } from '../../helpers/tiny-corpus.js';

const SEED = 3;
const runners: StepRunner[] = [];
afterEach(() => Promise.all(runners.splice(0).map((runner) => runner.close())));

/** The weights after a whole training with dropout, L2 and weight averaging. */
async function weightsWith(threads: number, config: object = {}, choice: KernelChoice = 'relaxed'): Promise<number[]> {
  // More than one block of parameters, so that blocks are shared out too.
  const settings = { ...TINY_CONFIG, affix_buckets: 2000, shards: 4, batch_size: 5, L2: 0.01, ...config };
  const runConfig = parseRunConfig(settings, 'test');
  const random = createRandom(SEED);
  const model = createTaggerModel({
    config: runConfig.model,
    vocabularies: buildFeatureVocabularies(
      TINY_CORPUS.flatMap(({ words }) => words),
      runConfig.model,
      TINY_VECTORS,
    ),
    labels: labelsOf(TINY_CORPUS),
    regularization: runConfig.training,
    kernels: selectKernels(choice).kernels,
    random: random.fork('weights'),
  });
  const { sentences, counts } = sentenceVariants(TINY_CORPUS, runConfig.training, { random: random.fork('names') });
  const train = sentences.map(({ words, tags }) => model.encoder.encode(words, model.tagSet.encode(tags)));
  const corpus = { train, variants: counts };
  const engine = createStepEngine({ model, ...corpus, config: runConfig.training, random: random.fork('training') });
  const runner = await createParallelRunner({ engine, model, ...corpus, config: runConfig, seed: SEED, threads });
  runners.push(runner);
  const evaluate = () => createSpanScorer().result();
  const run = createTrainer({ model, config: runConfig.training, engine, runner, evaluate }).run();
  while (!run.next().done);
  return [...engine.arrays.values];
}

describe('the weights are the same, bit by bit, for any number of threads', () => {
  test.each([
    ['plain', {}],
    ['other names in the place of some', { name_replacement: 0.5 }],
    ['lstm with a CRF', { rnn_type: 'lstm', crf: true }],
    ['without L2, which lets the rows of absent words rest', { L2: 0 }],
    ['without an average', { weight_average: 0, optimizer: 'rmsprop' }],
    ['a minibatch smaller than its shards', { batch_size: 2 }],
    ['pretrained vectors that training changes', { fine_tune_vectors: true }],
    ['other cases of the sentences', { case_augmentation: 0.5 }],
    ['attention', { attention: 'causal' }],
    ['additive attention', { attention: 'sentence', attention_scoring: 'additive' }],
    ['weight decay', { L2: 0, optimizer: 'adamw', weight_decay: 0.1 }],
    ['characters', { char_filters: 6, char_dimension: 4 }],
    ['variational dropout', { variational_dropout: 0.4, layers: 2 }],
    ['running statistics', { normalization: 'batch', layers: 2, batch_size: 3 }],
  ])('%s', async (_, config) => {
    const one = await weightsWith(1, config);
    expect(one.every(Number.isFinite)).toBe(true);
    expectSame(await weightsWith(2, config), one, 'weights of 2 threads');
    expectSame(await weightsWith(4, config), one, 'weights of 4 threads');
    expectSame(await weightsWith(9, config), one, 'weights of 9 threads');
  });

  test('other cases, though, have a part in the result', async () => {
    expect(await weightsWith(1, { case_augmentation: 0.5 })).not.toEqual(await weightsWith(1));
  });

  test('the shards, though, have a part in the result', async () => {
    expect(await weightsWith(1, { shards: 2 })).not.toEqual(await weightsWith(1, { shards: 1 }));
  });

  test('kernels without shared memory train on one thread', async () => {
    expectSame(await weightsWith(2, {}, 'reference'), await weightsWith(1, {}, 'reference'));
  });
});

test('every part has exactly one thread', () => {
  for (const [threads, parts] of [
    [1, 7],
    [2, 7],
    [3, 7],
    [4, 3],
  ]) {
    const owned: number[] = [];
    for (let index = 0; index < threads; index++) forOwnShare({ index, threads }, parts, (part) => owned.push(part));
    expect(owned.sort()).toEqual(Array.from({ length: parts }, (_, i) => i));
  }
});

test('sentences come out of shared memory as they went in', () => {
  const sentences = [
    { length: 2, ids: [Int32Array.of(1, 2), Int32Array.of(3, 4)], tags: Int32Array.of(0, 5) },
    { length: 1, ids: [Int32Array.of(7), Int32Array.of(8)], tags: Int32Array.of(2) },
  ];
  expect(unpackSentences(packSentences(sentences))).toEqual(sentences);
});

test('and so do their characters, equal words still sharing one array', () => {
  const [ana, of] = [Int32Array.of(1, 2), Int32Array.of(3)];
  const sentences = [
    { length: 2, ids: [Int32Array.of(1, 2)], characterIds: [ana, of], tags: Int32Array.of(0, 5) },
    { length: 3, ids: [Int32Array.of(7, 1, 1)], characterIds: [of, of, ana], tags: Int32Array.of(2, 2, 2) },
  ];
  const unpacked = unpackSentences(packSentences(sentences));
  expect(unpacked).toEqual(sentences);
  expect(unpacked[1].characterIds![2]).toBe(unpacked[0].characterIds![0]);
  expect(unpacked[1].characterIds![0]).toBe(unpacked[0].characterIds![1]);
});
