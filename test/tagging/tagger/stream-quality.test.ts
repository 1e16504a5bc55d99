import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { createRandom } from '#base/random.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { createSpanScorer } from '#tagging/evaluation/span-scores.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { createTaggerModel } from '#tagging/model/tagger-model.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { tokenizer } from '../../helpers/tokenizer.js';
import { trainerOf } from '../../helpers/trainer-of.js';

const CORPUS = fileURLToPath(new URL('../../../data/names/', import.meta.url));
/** Learns in a few seconds what a stream needs to be judged: names of several words, and when not to find one. */
const CONFIG = {
  ...TINY_CONFIG,
  look_ahead: 2,
  hidden_size: 32,
  word_dimension: 24,
  affix_dimension: 12,
  affix_buckets: 1024,
  dropout: 0.1,
  max_epochs: 5,
  batch_size: 32,
};

async function trainedTagger(train: readonly LabelledSentence[]) {
  const config = parseRunConfig(CONFIG, 'test');
  const random = createRandom(1);
  const model = createTaggerModel({
    config: config.model,
    vocabularies: buildFeatureVocabularies(
      train.flatMap(({ words }) => words),
      config.model,
    ),
    labels: labelsOf(train),
    regularization: config.training,
    kernels: selectKernels().kernels,
    random: random.fork('weights'),
  });
  const trainer = trainerOf({
    model,
    train: train.map(({ words, tags }) => model.encoder.encode(words, model.tagSet.encode(tags))),
    config: config.training,
    random: random.fork('training'),
    evaluate: () => createSpanScorer().result(),
  });
  for (const _ of trainer.run());
  return createTagger(model, { id: 'test', version: 0, sha256: '' }, { tokenizer, isFinal: true });
}

test('a stream that decides two words back costs hardly any F1 beside whole sentences', async () => {
  const [train, dev] = await Promise.all(['train', 'dev'].map((part) => readCorpusFile(`${CORPUS}${part}.conll`)));
  const tagger = await trainedTagger(train.sentences);
  const whole = evaluateTagger(tagger, dev.sentences).micro;

  const scorer = createSpanScorer();
  let tokens = 0;
  let different = 0;
  const stream = tagger.stream();
  for (const { words, tags } of dev.sentences) {
    const tagged = [...words.flatMap((word) => stream.push(word).certain), ...stream.end().certain];
    scorer.add(
      tags,
      tagged.map(({ tag }) => tag),
    );
    const inWhole = tagger.tagWords([words])[0].tokens;
    tokens += words.length;
    different += tagged.filter(({ tag }, i) => tag !== inWhole[i].tag).length;
  }
  const streamed = scorer.result().micro;
  console.log(
    `data/names dev: F1 ${(100 * whole.f1).toFixed(2)} sentence by sentence, ${(100 * streamed.f1).toFixed(2)} word by word; ` +
      `${different} of ${tokens} tags differ`,
  );
  expect(whole.f1).toBeGreaterThan(0.4); // else the comparison says nothing
  expect(Math.abs(streamed.f1 - whole.f1)).toBeLessThan(0.02);
  expect(different / tokens).toBeLessThan(0.01);
});
