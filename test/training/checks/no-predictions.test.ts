import { describe, expect, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { createSpanScorer } from '#tagging/evaluation/span-scores.js';
import { createSilenceWatch } from '#training/checks/no-predictions.js';
import { parseRunConfig } from '#training/config/training-config.js';
import type { EpochReport } from '#training/reports/reports.js';

const source = { file: 'a.conll', line: 1 };
/** One name in two words, `count` times. */
const corpus = (count: number): LabelledSentence[] =>
  Array.from({ length: count }, (_, document) => ({ words: ['Ana', 'sang'], tags: ['B-PER', 'O'], document, source }));
/** Settings and data that give no reason of their own. */
const SOUND = { optimizer: 'adam', learn_rate: 0.003, warmup_steps: 10, dropout: 0.5, word_dropout: 0.2, L2: 0 };

function epochOf(epoch: number, { predicted = 0, step = 1000, isEvaluated = true } = {}): EpochReport {
  const scorer = createSpanScorer();
  scorer.add(['B-PER', 'O'], [predicted > 0 ? 'B-PER' : 'O', 'O']);
  return {
    type: 'epoch',
    epoch,
    step,
    loss: 1,
    learningRate: 0.003,
    gradientNorm: 1,
    tokens: 2,
    dev: isEvaluated ? scorer.result() : null,
    isBest: false,
  };
}

const watch = (set: object = {}, train = corpus(200), epochs = 10) =>
  createSilenceWatch(parseRunConfig({ ...SOUND, ...set }, 'test').training, train, epochs);
const noticesOf = (see: ReturnType<typeof watch>, epochs: readonly EpochReport[]): string[] =>
  epochs.flatMap((epoch) => see(epoch)?.message ?? []);

describe('a model that finds nothing', () => {
  test('is spoken of after three epochs, once', () => {
    const notices = noticesOf(
      watch(),
      [1, 2, 3, 4, 5].map((epoch) => epochOf(epoch)),
    );
    expect(notices).toEqual([
      'after 3 epochs the model finds no name at all in the dev part. Likely causes: learn_rate 0.003 does not suit the data, ' +
        'or the names of the dev part are of another kind than the 200 learnt from',
    ]);
  });

  test('not if it finds something, be it wrong', () => {
    expect(noticesOf(watch(), [epochOf(1), epochOf(2), epochOf(3, { predicted: 1 }), epochOf(4)])).toEqual([]);
  });

  test('and again at the end, if it still does not', () => {
    const notices = noticesOf(
      watch({}, corpus(200), 5),
      [1, 2, 3, 4, 5].map((epoch) => epochOf(epoch)),
    );
    expect(notices).toEqual([expect.stringMatching(/^after 3 epochs /), expect.stringMatching(/^after 5 epochs /)]);
  });

  test('not before it has made a hundred steps, or a fifth of many epochs', () => {
    const fewSteps = [3, 4, 5].map((epoch) => epochOf(epoch, { step: 30 * epoch }));
    expect(noticesOf(watch(), fewSteps)).toEqual([expect.stringMatching(/^after 4 epochs /)]);
    const manyEpochs = Array.from({ length: 9 }, (_, i) => epochOf(i + 1));
    expect(noticesOf(watch({}, corpus(200), 40), manyEpochs)).toEqual([expect.stringMatching(/^after 8 epochs /)]);
  });

  test('at the first evaluation from then on, where some epochs are not evaluated', () => {
    const epochs = [epochOf(2), epochOf(3, { isEvaluated: false }), epochOf(4, { isEvaluated: false }), epochOf(5)];
    expect(noticesOf(watch(), epochs)).toEqual([expect.stringMatching(/^after 5 epochs /)]);
  });

  test.each<[object, number, LabelledSentence[], string]>([
    [
      { warmup_steps: 50 },
      30,
      corpus(200),
      'the learning rate is still rising (step 30 of 50 warmup_steps), or only 30 steps were made; a smaller batch_size or more max_epochs makes more',
    ],
    [{ learn_rate: 1e-5 }, 1000, corpus(200), 'learn_rate 0.00001 is low for adam'],
    [{ learn_rate: 0.5 }, 1000, corpus(200), 'learn_rate 0.5 is high for adam'],
    [{ learn_rate: 0.001, optimizer: 'sgd' }, 1000, corpus(200), 'learn_rate 0.001 is low for sgd'],
    [{}, 1000, corpus(8), 'the training part has only 8 names'],
    [
      {},
      1000,
      corpus(200).map((sentence) => ({
        ...sentence,
        words: Array.from({ length: 100 }, () => 'a'),
        tags: Array.from({ length: 100 }, (_, t) => (t === 0 ? 'B-PER' : 'O')),
      })),
      'only 1.0 % of its words belong to names',
    ],
    [{ dropout: 0.6, variational_dropout: 0.5 }, 1000, corpus(200), 'dropout leaves only 20 % of the values'],
    [{ word_dropout: 0.9 }, 1000, corpus(200), 'word_dropout 0.9 hides most words'],
    [{ L2: 0.1 }, 1000, corpus(200), 'L2 0.1 keeps the weights near 0'],
  ])('%j after %i steps: the likely causes', (set, step, train, causes) => {
    expect(noticesOf(watch(set, train, 3), [epochOf(3, { step })])).toEqual([
      `after 3 epochs the model finds no name at all in the dev part. Likely causes: ${causes}`,
    ]);
  });
});
