import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { createRandom, type Random } from '#base/random.js';
import { calibrate, type HeldOutPart } from '#tagging/evaluation/calibrate.js';
import { evaluateFinally } from '#tagging/evaluation/final-evaluation.js';
import type { ModelConfig } from '#tagging/model/model-config.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import { visitEmissions } from '#tagging/tagger/sentence-emissions.js';
import { createTagger, type ModelTagger } from '#tagging/tagger/tagger.js';
import { everyPath, type PathOfTags } from '../../helpers/every-path.js';
import { tinyModel } from '../../helpers/tiny-model.js';
import { tokenizer } from '../../helpers/tokenizer.js';

const WORDS = ['Ana', 'met', 'Li', 'Wei', 'at', 'Ford', 'in', 'Oslo', '.', 'sang'];
const SENTENCES = 1500;

/** Random weights far enough apart that scores of every size occur. */
function modelOf(config: Partial<ModelConfig>): TaggerModel {
  const model = tinyModel({ labels: ['PER'], config: { tag_format: 'bio', ...config }, seed: 2 });
  const random = createRandom(5);
  for (const { name, values } of model.network.parameters.list) {
    const draws = random.fork(name);
    for (let i = 0; i < values.length; i++) values[i] += 0.6 * draws.gaussian();
  }
  return model;
}

/** Sentences whose gold tags are drawn from what the model itself holds to be their probabilities: it is calibrated to them. */
function sentencesOf(model: TaggerModel): LabelledSentence[] {
  const random = createRandom(9);
  const sentences = Array.from({ length: SENTENCES }, () =>
    Array.from({ length: 1 + random.integer(4) }, () => WORDS[random.integer(WORDS.length)]),
  );
  const transitions = model.network.transitions();
  const labelled: LabelledSentence[] = new Array(SENTENCES);
  visitEmissions({ model, causal: undefined, sentences }, (i, emissions, tokens) => {
    const { tags } = drawn(everyPath(emissions, tokens, transitions), random.fork(i));
    const source = { file: 'dev.conll', line: i + 1 };
    labelled[i] = { words: sentences[i], tags: model.tagSet.decode(Int32Array.from(tags)), document: 0, source };
  });
  return labelled;
}

function drawn(paths: readonly PathOfTags[], random: Random): PathOfTags {
  const total = paths.reduce((sum, { score }) => sum + Math.exp(score), 0);
  let rest = random.next() * total;
  return paths.find(({ score }) => (rest -= Math.exp(score)) < 0) ?? paths[0];
}

/** The same model, `factor` times as sure. */
function exaggerate(model: TaggerModel, factor: number): void {
  const names = ['output.weight', 'output.bias', 'crf.transitions', 'crf.start', 'crf.end'];
  for (const { name, values } of model.network.parameters.list) {
    if (names.includes(name)) for (let i = 0; i < values.length; i++) values[i] *= factor;
  }
}

const taggerOf = (model: TaggerModel): ModelTagger =>
  createTagger(model, { id: 'tiny', version: 0, sha256: '' }, { tokenizer });

describe.each<[string, Partial<ModelConfig>]>([
  ['softmax', {}],
  ['CRF', { crf: true }],
])('calibrate, %s', (_, config) => {
  test.each([
    ['is near 1 where a model is as sure as it may be', 1],
    ['is above 1 where it is three times as sure', 3],
    ['is below 1 where it is half as sure', 0.5],
  ])('the temperature %s', (_, factor) => {
    const model = modelOf(config);
    const sentences = sentencesOf(model);
    exaggerate(model, factor);
    const tagger = taggerOf(model);
    const { temperature, number, isFitted } = calibrate([{ tagger, sentences }]);
    expect(isFitted).toBe(true);
    expect(number).toBe(evaluateFinally(tagger, sentences).micro.predicted);
    expect(temperature / factor).toBeGreaterThan(0.85);
    expect(temperature / factor).toBeLessThan(1.15);
    const { calibration } = evaluateFinally(tagger.withTemperature(temperature), sentences);
    expect(calibration.calibrated.error).toBeLessThan(0.04);
    if (factor !== 1) expect(calibration.uncalibrated.error).toBeGreaterThan(2 * calibration.calibrated.error!);
  });
});

test('of very many sentences every nth is enough', () => {
  const long = { words: new Array<string>(1000).fill('Ana'), tags: new Array<string>(1000).fill('O') };
  const sentences = Array.from({ length: 450 }, (_, line) => ({
    ...long,
    document: 0,
    source: { file: 'dev.conll', line },
  }));
  let asked = 0;
  const tagger: HeldOutPart['tagger'] = {
    spansAtTemperature: (words) => {
      asked = words.length;
      return () => words.map(() => []);
    },
  };
  calibrate([{ tagger, sentences }]);
  expect(asked).toBe(150);
});

test('of nothing is 1', () => {
  expect(calibrate([{ tagger: taggerOf(modelOf({})), sentences: [] }])).toEqual({
    temperature: 1,
    number: 0,
    isFitted: false,
  });
});
