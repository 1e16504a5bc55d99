import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { splitIntoFolds } from '#annotation/split/grouped-split.js';
import { createRandom } from '#base/random.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createSpanScorer } from '#tagging/evaluation/span-scores.js';
import { loadModel } from '#tagging/model/model-directory.js';
import { parseRunConfig } from '#training/config/training-config.js';
import type { FoldReport, RunReport, RunResult } from '#training/reports/reports.js';
import { type TrainedWeights, trainedTagger, trainWeights, type WeightsTask } from '#training/run/train-weights.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { thrownBy } from '../../helpers/thrown-by.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';

const kernels = () => createReferenceKernels('float32');
const FOLDS = splitIntoFolds(TINY_CORPUS, { count: 4, random: createRandom(0) });

function requestOf(changed: Partial<TrainingRequest> & { set?: object } = {}): TrainingRequest {
  const { set, ...rest } = changed;
  return {
    train: { name: 'all.conll', sentences: TINY_CORPUS },
    folds: FOLDS,
    output: join(temporaryDirectory(), 'names'),
    config: parseRunConfig({ ...TINY_CONFIG, max_epochs: 12, learn_rate: 0.03, ...set }, 'test'),
    seed: 0,
    resume: false,
    kernels: kernels(),
    ...rest,
  };
}

async function finished(request: TrainingRequest, onReport: (report: RunReport) => void = () => {}) {
  const reports: RunReport[] = [];
  const run = runTraining(request);
  for (let next = await run.next(); ; next = await run.next()) {
    if (next.done) return { reports, result: next.value as RunResult };
    reports.push(next.value);
    onReport(next.value);
  }
}

async function weightsOf(task: WeightsTask): Promise<TrainedWeights> {
  const run = trainWeights(task, { kernels: kernels(), threads: 1 });
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value;
  }
}

const isDone = (report: RunReport): report is FoldReport => report.type === 'fold' && report.share === 1;

describe('a training that folds judge', () => {
  test('learns from all sentences, for all epochs: it has the weights of a training that nothing judges', async () => {
    const request = requestOf({ set: { fit_bias: false } });
    const { result } = await finished(request);
    expect(result).toMatchObject({ epochs: 12, bestEpoch: 12, folds: 4, outsideBiasShift: 0 });
    const { config, seed } = request;
    const task = { train: TINY_CORPUS, config, seed };
    const alone = trainedTagger(task, await weightsOf(task), kernels()).model;
    const { model } = loadModel(request.output, kernels());
    for (const { name, values } of alone.network.parameters.list)
      expect(model.network.parameters.get(name).values, name).toEqual(values);
  });

  test('is scored on every sentence by a model that has not seen it', async () => {
    const { result } = await finished(requestOf({ set: { fit_bias: false, memory: '0' } }));
    const { config, seed } = requestOf({ set: { fit_bias: false, memory: '0' } });
    const scorer = createSpanScorer();
    for (let fold = 0; fold < FOLDS.count; fold++) {
      const task = { train: TINY_CORPUS.filter((_, i) => FOLDS.of[i] !== fold), config, seed };
      const { tagger } = trainedTagger(task, await weightsOf(task), kernels());
      const heldOut = TINY_CORPUS.filter((_, i) => FOLDS.of[i] === fold);
      const tagged = tagger.tagWords(heldOut.map(({ words }) => words));
      heldOut.forEach(({ tags }, i) => {
        scorer.add(
          tags,
          tagged[i].tokens.map(({ tag }) => tag),
        );
      });
    }
    expect(result.dev).toMatchObject(scorer.result());
    expect(result.dev.sentences).toBe(TINY_CORPUS.length);
    expect(result.dev.intervals?.micro).toHaveLength(2);
    expect(result.meta.sources[1]).toEqual({
      role: 'dev',
      name: '4 folds of all.conll',
      sentences: TINY_CORPUS.length,
    });
  });

  test('one line between name and no name is found for all folds together, and goes into the model', async () => {
    const [fitted, plain] = [requestOf(), requestOf({ set: { fit_bias: false } })];
    const { outsideBiasShift } = (await finished(fitted)).result;
    await finished(plain);
    const biasOf = (path: string) => loadModel(path, kernels()).model.network.parameters.get('output.bias').values;
    const [bias, learned] = [biasOf(fitted.output), biasOf(plain.output)];
    expect(bias[0]).toBeCloseTo(learned[0] - outsideBiasShift, 5);
    expect(bias.slice(1)).toEqual(learned.slice(1));
  });

  test('tells of each of its trainings: one a fold, two halves, then the model', async () => {
    const { reports } = await finished(requestOf());
    const done = reports.filter(isDone);
    expect(done.map(({ training, trainings }) => [training, trainings])).toEqual(
      [1, 2, 3, 4, 5, 6].map((training) => [training, 6]),
    );
    expect(done.slice(4).map(({ sentences }) => sentences)).toEqual([4, 4]);
    expect(reports.findIndex(({ type }) => type === 'start')).toBeGreaterThan(reports.findLastIndex(isDone));
  });

  test('interrupted between two folds, it goes on with the next and ends with the same bytes', async () => {
    const whole = await finished(requestOf());
    const controller = new AbortController();
    const request = requestOf({ signal: controller.signal });
    let seen = 0;
    const error = await finished(request, (report) => {
      if (isDone(report) && ++seen === 2) controller.abort();
    }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      code: 'interrupted',
      message: expect.stringContaining('.checkpoint.folds" holds 2 trainings of folds, --resume goes on from there'),
    });
    const { reports, result } = await finished({ ...requestOf(), output: request.output, resume: true });
    expect(reports.filter(isDone).map(({ training }) => training)).toEqual([3, 4, 5, 6]);
    expect(result.meta.weights_sha256).toBe(whole.result.meta.weights_sha256);
    expect(result.dev).toEqual(whole.result.dev);
    expect(existsSync(`${request.output}.checkpoint.folds`)).toBe(false);
  });

  test('does not go on with the folds of other settings', async () => {
    const controller = new AbortController();
    const request = requestOf({ signal: controller.signal });
    await finished(request, (report) => void (isDone(report) && controller.abort())).catch(() => {});
    const other = finished({ ...requestOf({ set: { hidden_size: 9 } }), output: request.output, resume: true });
    await expect(other).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining('was made with other settings'),
    });
  });

  test('trained elsewhere, all at once, it is the same', async () => {
    const here = await finished(requestOf());
    let [running, most] = [0, 0];
    const there = await finished(
      requestOf({
        async trainElsewhere(task) {
          most = Math.max(most, ++running);
          const weights = await weightsOf(task);
          running--;
          return weights;
        },
      }),
    );
    expect(most).toBe(6);
    expect(there.result.dev).toEqual(here.result.dev);
    expect(there.result.meta.weights_sha256).toBe(here.result.meta.weights_sha256);
  });

  test('a fold that leaves no name to learn from is named', async () => {
    const sentences = TINY_CORPUS.map((one, i) => (i === 0 ? one : { ...one, tags: one.words.map(() => 'O') }));
    await expect(finished(requestOf({ train: { name: 'one.conll', sentences } }))).rejects.toMatchObject({
      code: 'empty_corpus',
      message: expect.stringMatching(/^--folds: expected names in every part .* outside of fold \d of 4$/),
    });
  });

  test('weights of another task are refused', async () => {
    const { config, seed } = requestOf();
    const task = { train: TINY_CORPUS, config, seed };
    const { file } = await weightsOf({ ...task, train: TINY_CORPUS.slice(0, 3) });
    expect(thrownBy(() => trainedTagger(task, { file }, kernels()))).toMatchObject({ code: 'damaged_model' });
  });
});
