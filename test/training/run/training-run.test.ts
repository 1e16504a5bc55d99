import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { createRecordingObserver } from '#app/services/recording-observer.js';
import { openRegistry, type Registry } from '#app/store/registry.js';
import { AppError } from '#base/errors.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { evaluateFinally } from '#tagging/evaluation/final-evaluation.js';
import { createKnownEntities } from '#tagging/evaluation/known-entities.js';
import { toSeqevalReport } from '#tagging/evaluation/report.js';
import { keptVersion, loadModel } from '#tagging/model/model-directory.js';
import { loadModelTagger } from '#tagging/tagger/load-tagger.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import { parseRunConfig } from '#training/config/training-config.js';
import type { RunReport, RunResult } from '#training/reports/reports.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { temporaryDirectory } from '../../helpers/temporary-directory.js';
import { TINY_CONFIG } from '../../helpers/tiny-config.js';
import { TINY_CORPUS } from '../../helpers/tiny-corpus.js';
import { tokenizer } from '../../helpers/tokenizer.js';

/** Six sentences in batches of three: three epochs of two steps. */
const TRAIN = { name: 'train.conll', sentences: TINY_CORPUS.slice(0, 6) };
const DEV = { name: 'dev.conll', sentences: TINY_CORPUS.slice(6) };

const newOutput = () => join(temporaryDirectory(), 'names');

function requestOf(changed: Partial<TrainingRequest> & { set?: object } = {}): TrainingRequest {
  const { set, ...rest } = changed;
  return {
    train: TRAIN,
    dev: DEV,
    output: rest.output ?? newOutput(),
    config: parseRunConfig({ ...TINY_CONFIG, ...set }, 'test'),
    seed: 0,
    resume: false,
    kernels: createReferenceKernels('float32'),
    ...rest,
  };
}

async function finished(request: TrainingRequest, onReport: (report: RunReport, count: number) => void = () => {}) {
  const reports: RunReport[] = [];
  const run = runTraining(request);
  for (let next = await run.next(); ; next = await run.next()) {
    if (next.done) return { reports, result: next.value as RunResult };
    reports.push(next.value);
    onReport(next.value, reports.length);
  }
}

async function rejectionOf(
  request: TrainingRequest,
  onReport?: (report: RunReport, count: number) => void,
): Promise<AppError> {
  const error: unknown = await finished(request, onReport).then(
    () => new Error('expected the run to fail'),
    (failure: unknown) => failure,
  );
  if (error instanceof AppError) return error;
  throw error;
}

/** Runs until `count` reports were yielded, then aborts: as Ctrl-C does. */
function abortedAfter(count: number, request: TrainingRequest): Promise<AppError> {
  const controller = new AbortController();
  return rejectionOf({ ...request, signal: controller.signal }, (_, reports) => {
    if (reports === count) controller.abort();
  });
}

function memoryRegistry(): Registry {
  const registry = openRegistry(':memory:');
  onTestFinished(() => registry.close());
  return registry;
}

const noticesOf = (reports: readonly RunReport[]): string[] =>
  reports.flatMap((report) => (report.type === 'notice' ? [report.message] : []));

describe('a whole run', () => {
  test('reports its start, its steps and its epochs, in order', async () => {
    const request = requestOf();
    const { reports, result } = await finished(request);
    expect(reports.map(({ type }) => type)).toEqual([
      'start',
      ...['step', 'step', 'epoch'],
      ...['step', 'step', 'epoch'],
      ...['step', 'step', 'epoch'],
    ]);
    expect(reports[0]).toMatchObject({
      type: 'start',
      output: request.output,
      sentences: { train: 6, dev: 2, test: 0 },
      labels: ['LOC', 'ORG', 'PER'],
      resumedAtEpoch: null,
    });
    for (const report of reports) {
      if (report.type !== 'step' && report.type !== 'epoch') continue;
      expect(report.seconds).toBeGreaterThan(0);
      expect(report.tokensPerSecond).toBeGreaterThan(0);
    }
    expect(result).toMatchObject({
      output: request.output,
      epochs: 3,
      stopped: 'max_epochs',
      test: null,
      version: null,
    });
  });

  test('a corpus with one character a row makes a model that cuts texts into characters', async () => {
    const tags = ['B-PER', 'I-PER', 'O', 'B-LOC', 'I-LOC', 'O', 'O', 'O'];
    const sentences = TINY_CORPUS.map((sentence) => ({ ...sentence, words: [...'王芳在上海工作。'], tags }));
    const part = { name: 'characters.conll', sentences };
    const { result, reports } = await finished(requestOf({ train: part, dev: part }));
    expect(result.meta.tokenizer).toEqual({ id: 'characters', version: 1 });
    expect(noticesOf(reports)).toContain(
      'the words of train are single characters, so the model will cut texts into characters too (tokenizer "characters")',
    );
    const { tagger } = await loadModelTagger(result.output, { kernels: 'reference' });
    expect(tagger.tag('王芳在上海').tokens.map(({ text }) => text)).toEqual([...'王芳在上海']);
  });

  test('leaves a model that scores as reported, and no checkpoint', async () => {
    const request = requestOf({ test: { name: 'test.conll', sentences: TINY_CORPUS } });
    const { result, reports } = await finished(request);
    expect(reports[0]).toMatchObject({ sentences: { test: 8 } });
    const { model, meta, trainingConfig } = loadModel(request.output, createReferenceKernels('float32'));
    const tagger = createTagger(model, { id: 'names', version: 1, sha256: '' }, { tokenizer });
    expect(result.dev).toMatchObject(evaluateTagger(tagger, DEV.sentences));
    expect(result.test).toMatchObject(evaluateTagger(tagger, TINY_CORPUS));
    expect(meta).toEqual(result.meta);
    expect(meta.sources).toEqual([
      { role: 'train', name: 'train.conll', sentences: 6 },
      { role: 'dev', name: 'dev.conll', sentences: 2 },
      { role: 'test', name: 'test.conll', sentences: 8 },
    ]);
    expect(meta).toMatchObject({ name: 'names', seed: 0, labels: ['LOC', 'ORG', 'PER'] });
    expect(meta.performance).toMatchObject({
      dev: { overall_f1: result.dev.micro.f1 },
      test: { overall_f1: result.test!.micro.f1 },
    });
    expect(trainingConfig).toEqual(request.config.training);
    expect(readdirSync(join(request.output, '..'))).toEqual(['names']);
  });

  test('fits the temperature on dev, and saves it with what the evaluations need', async () => {
    // Six sentences make sure of names without making right about them.
    const dev = { name: 'dev', sentences: Array.from({ length: 12 }, () => DEV.sentences).flat() };
    const request = requestOf({ dev, set: { max_epochs: 20, learn_rate: 0.1 } });
    const { result } = await finished(request);
    const { calibration, novelty, recased, intervals, micro } = result.dev;
    expect(calibration.calibrated.number).toBeGreaterThan(20);
    expect(calibration.temperature).not.toBe(1);
    expect(calibration.calibrated.error).toBeLessThan(calibration.uncalibrated.error!);
    expect(novelty!.seen.gold + novelty!.unseen.gold).toBe(micro.gold);
    expect(Object.keys(recased)).toEqual(['lower', 'upper', 'title']);
    expect(intervals!.micro[0]).toBeLessThanOrEqual(micro.f1);
    expect(result.meta.performance.dev).toEqual(JSON.parse(JSON.stringify(toSeqevalReport(result.dev))));

    const { tagger, entities } = await loadModelTagger(request.output, { kernels: 'reference' });
    expect(tagger.temperature).toBe(calibration.temperature);
    expect(
      evaluateFinally(tagger, dev.sentences, { knownEntities: createKnownEntities(entities!), withIntervals: true }),
    ).toEqual(result.dev);
    const words = dev.sentences.map((sentence) => sentence.words);
    const loaded = createTagger(loadModel(request.output, createReferenceKernels('float32')).model, tagger.model, {
      tokenizer,
    });
    expect(loaded.withTemperature(calibration.temperature).tagWords(words)).toEqual(tagger.tagWords(words));
    expect(loaded.tagWords(words)).not.toEqual(tagger.tagWords(words));
  });

  test('the same seed gives the same weights file, another one another', async () => {
    const shaOf = async (seed: number) => (await finished(requestOf({ seed }))).result.meta.weights_sha256;
    const first = await shaOf(0);
    expect(await shaOf(0)).toBe(first);
    expect(await shaOf(1)).not.toBe(first);
  });

  test('a vocabulary and labels of the training part alone; labels of dev that it lacks cost recall, not the run', async () => {
    const dev: LabelledSentence = { ...TINY_CORPUS[0], words: ['Zanzibar', 'Ltd'], tags: ['B-EVENT', 'I-EVENT'] };
    const request = requestOf({ dev: { name: 'dev', sentences: [dev] } });
    const { result } = await finished(request);
    expect(result.meta.labels).toEqual(['LOC', 'ORG', 'PER']);
    expect(result.dev.labels.EVENT).toMatchObject({ gold: 1, correct: 0 });
    expect(readFileSync(join(request.output, 'vocab.json'), 'utf8')).not.toContain('zanzibar');
  });

  test('a model is replaced, its checkpoint of an abandoned run ignored unless resumed', async () => {
    const output = newOutput();
    const { result: first } = await finished(requestOf({ output, seed: 1 }));
    await abortedAfter(4, requestOf({ output, seed: 2 }));
    const { result } = await finished(requestOf({ output, seed: 3 }));
    expect(loadModel(output, createReferenceKernels('float32')).meta.weights_sha256).toBe(result.meta.weights_sha256);
    expect(readdirSync(join(output, '..'))).toEqual(['names', 'names.versions']);
    const kept = keptVersion(output, first.meta.weights_sha256);
    expect(loadModel(kept, createReferenceKernels('float32')).meta).toEqual(first.meta);
  });
});

test('a model that finds nothing is trained on, and spoken of after the last epoch if steps were few', async () => {
  // Weights are drawn to 0 so hard that only the biases learn: that most words are no names.
  const set = {
    L2: 5,
    optimizer: 'sgd',
    learn_rate: 0.1,
    grad_clip: 0,
    weight_average: 0,
    max_epochs: 5,
    warmup_steps: 0,
  };
  const { reports } = await finished(requestOf({ set }));
  const at = reports.findIndex(({ type }) => type === 'notice');
  expect(reports[at - 1]).toMatchObject({ type: 'epoch', epoch: 5 });
  expect(noticesOf(reports)).toEqual([
    'after 5 epochs the model finds no name at all in the dev part. Likely causes: only 10 steps were made; ' +
      'a smaller batch_size or more max_epochs makes more, or the training part has only 13 names, or L2 5 keeps the weights near 0',
  ]);
  expect(reports.filter(({ type }) => type === 'epoch').length).toBe(5);
});

describe('the registry', () => {
  test('has the run, its epochs and the model, under a version', async () => {
    const registry = memoryRegistry();
    const request = requestOf({ observer: createRecordingObserver(registry) });
    const { result, reports } = await finished(request);
    expect(result.version).toBe(1);
    expect(noticesOf(reports)).toEqual([]);
    const run = registry.runs.get(result.runId);
    expect(run).toMatchObject({
      status: 'finished',
      seed: 0,
      output: request.output,
      modelName: 'names',
      modelVersion: 1,
    });
    expect(run.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    expect(run.epochs.at(-1)!.devF1).toBeTypeOf('number');
    expect(registry.models.find('names@1')).toMatchObject({
      path: request.output,
      weightsSha256: result.meta.weights_sha256,
      dataSha256: result.meta.data_sha256,
      labels: ['LOC', 'ORG', 'PER'],
      scores: { f1: result.dev.micro.f1 },
      config: TINY_CONFIG,
      runId: result.runId,
    });
    expect(
      (await finished(requestOf({ observer: createRecordingObserver(registry), output: request.output }))).result
        .version,
    ).toBe(2);
  });

  test.each([
    ['my names (2)', undefined, 'my-names-2-'],
    ['...', undefined, 'model'],
    ['names', 'English', 'English'],
  ])('a directory "%s" called %s is registered as %s', async (directory, modelName, expected) => {
    const registry = memoryRegistry();
    const output = join(temporaryDirectory(), 'below', directory);
    await finished(
      requestOf({ observer: createRecordingObserver(registry), output, ...(modelName !== undefined && { modelName }) }),
    );
    expect(registry.models.list().map(({ name }) => name)).toEqual([expected]);
  });

  test('epochs without an evaluation have no scores', async () => {
    const registry = memoryRegistry();
    const { result } = await finished(
      requestOf({ observer: createRecordingObserver(registry), set: { eval_frequency: 2 } }),
    );
    const scored = registry.runs.get(result.runId).epochs.map(({ devF1 }) => devF1 !== null);
    expect(scored).toEqual([false, true, true]);
  });

  test('that is busy costs no model, and is complained of', async () => {
    const busy = (): never => {
      throw new AppError('database_busy', 'registry: another program is writing; try again');
    };
    const runs = { createRun: busy, resumeRun: busy, recordEpoch: busy, finishRun: busy, list: busy, get: busy };
    const registry = { ...memoryRegistry(), runs, completeRun: busy };
    registry.models = { ...registry.models, register: busy };
    const request = requestOf({ observer: createRecordingObserver(registry) });
    const { result, reports } = await finished(request);
    expect(result.version).toBeNull();
    expect(loadModel(request.output, createReferenceKernels('float32')).meta).toEqual(result.meta);
    const notices = noticesOf(reports);
    expect(notices.length).toBeGreaterThan(0);
    expect(new Set(notices)).toEqual(new Set(['not recorded: registry: another program is writing; try again']));
    expect(reports.at(-1)?.type).toBe('notice'); // that the model was not registered is told too
  });

  test('has a failed run as failed, with its reason', async () => {
    const registry = memoryRegistry();
    const set = { optimizer: 'sgd', learn_rate: 1e38, grad_clip: 0, rnn_type: 'relu', warmup_steps: 0 };
    const error = await rejectionOf(requestOf({ observer: createRecordingObserver(registry), set }));
    expect(error.code).toBe('numerical_failure');
    expect(registry.runs.list()).toMatchObject([{ status: 'failed', error: error.message }]);
    expect(registry.models.list()).toEqual([]);
  });
});

describe('interrupted and resumed', () => {
  // Report 1 is the start; each epoch is two steps and a report of its own; 9 is the last step of all.
  test.each([1, 2, 3, 4, 6, 9])('after report %i: the same weights file as without the interruption', async (count) => {
    const uninterrupted = (await finished(requestOf())).result;
    const registry = memoryRegistry();
    const request = requestOf({ observer: createRecordingObserver(registry) });
    const error = await abortedAfter(count, request);
    expect(error.code).toBe('interrupted');
    expect(error.message).toBe(
      `training: interrupted; "${request.output}.checkpoint" holds its state, --resume goes on from there`,
    );
    expect(registry.runs.list()).toMatchObject([{ status: 'interrupted' }]);
    expect(existsSync(request.output)).toBe(false);

    const { result, reports } = await finished({ ...request, resume: true });
    expect(reports[0]).toMatchObject({ type: 'start', resumedAtEpoch: Math.floor((count - 1) / 3) });
    expect(result.meta.weights_sha256).toBe(uninterrupted.meta.weights_sha256);
    expect(result).toMatchObject({ bestEpoch: uninterrupted.bestEpoch, epochs: 3, stopped: 'max_epochs' });
    const run = registry.runs.get(result.runId);
    expect(registry.runs.list().length).toBe(1);
    expect(run.status).toBe('finished');
    expect(run.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(readdirSync(join(request.output, '..'))).toEqual(['names']);
  });

  test('twice', async () => {
    const expected = (await finished(requestOf())).result.meta.weights_sha256;
    const request = requestOf();
    await abortedAfter(3, request);
    await abortedAfter(3, { ...request, resume: true });
    expect((await finished({ ...request, resume: true })).result.meta.weights_sha256).toBe(expected);
  });

  test('before it began, nothing is trained', async () => {
    const request = { ...requestOf(), signal: AbortSignal.abort() };
    const error = await rejectionOf(request);
    expect(error.code).toBe('interrupted');
    expect(existsSync(request.output)).toBe(false);
  });

  test('resumed under a registry that does not know the run', async () => {
    const request = requestOf();
    await abortedAfter(4, request);
    const registry = memoryRegistry();
    const { result, reports } = await finished({
      ...request,
      resume: true,
      observer: createRecordingObserver(registry),
    });
    expect(noticesOf(reports)).toEqual([]);
    expect(registry.runs.get(result.runId)).toMatchObject({ status: 'finished' });
  });

  test('without a checkpoint, resuming starts afresh', async () => {
    const { reports } = await finished(requestOf({ resume: true }));
    expect(reports[0]).toMatchObject({ resumedAtEpoch: null });
  });

  test.each<[string, Partial<TrainingRequest> & { set?: object }]>([
    ['another option', { set: { dropout: 0.4 } }],
    ['another seed', { seed: 1 }],
    ['other training data', { train: { ...TRAIN, sentences: TINY_CORPUS } }],
    ['other dev data', { dev: { ...DEV, sentences: TINY_CORPUS } }],
  ])('refuses to go on with %s, and keeps the checkpoint', async (_, changed) => {
    const request = requestOf();
    await abortedAfter(4, request);
    const error = await rejectionOf(requestOf({ ...changed, output: request.output, resume: true }));
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toBe(
      `--resume: "${request.output}.checkpoint" was made with other settings, data, seed or kernels; use those again, or leave out --resume to start afresh`,
    );
    await finished({ ...request, resume: true });
  });

  test('refuses a checkpoint that is cut off', async () => {
    const request = requestOf();
    await abortedAfter(4, request);
    truncateSync(`${request.output}.checkpoint`, 500);
    const error = await rejectionOf({ ...request, resume: true });
    expect(error.code).toBe('damaged_checkpoint');
    expect(error.message).toContain(`${request.output}.checkpoint: damaged: `);
  });
});

describe('refused before anything is done', () => {
  const outside = TINY_CORPUS.map((sentence) => ({ ...sentence, tags: sentence.words.map(() => 'O') }));

  test.each<[string, Partial<TrainingRequest>, string, string]>([
    [
      'no training sentences',
      { train: { name: 'a.conll', sentences: [] } },
      'empty_corpus',
      'a.conll: expected at least one sentence, found none',
    ],
    [
      'no dev sentences',
      { dev: { name: 'b.conll', sentences: [] } },
      'empty_corpus',
      'b.conll: expected at least one sentence, found none',
    ],
    [
      'no name in the training part',
      { train: { name: 'c.conll', sentences: outside } },
      'empty_corpus',
      'c.conll: expected annotated names, but every one of its 8 sentences is tagged O throughout',
    ],
  ])('%s', async (_, changed, code, message) => {
    const request = requestOf(changed);
    const error = await rejectionOf(request);
    expect({ code: error.code, message: error.message }).toEqual({ code, message });
    expect(readdirSync(join(request.output, '..'))).toEqual([]);
  });

  test('no names in the dev part is odd, but allowed', async () => {
    const { result } = await finished(requestOf({ dev: { name: 'dev', sentences: outside.slice(0, 1) } }));
    expect(result.dev.micro).toMatchObject({ gold: 0, f1: 0 });
  });

  test('an output that is something else', async () => {
    const output = temporaryDirectory();
    writeFileSync(join(output, 'thesis.txt'), 'years of work');
    const error = await rejectionOf(requestOf({ output }));
    expect(error.code).toBe('io_error');
    expect(error.message).toContain('found something else; nothing was overwritten');
    expect(readdirSync(output)).toEqual(['thesis.txt']);
  });

  test('an output that cannot be made', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, 'x');
    const error = await rejectionOf(requestOf({ output: join(file, 'below', 'names') }));
    expect(error.code).toBe('io_error');
    expect(error.message).toMatch(/file\/below: cannot make this directory: /);
  });

  test('a network without inputs', async () => {
    const error = await rejectionOf(requestOf({ set: { word_dimension: 0, affix_dimension: 0, shape_dimension: 0 } }));
    expect(error.code).toBe('invalid_config');
    expect(error.message).toBe(
      'config: at least one of word_dimension, affix_dimension, shape_dimension and char_filters must be above 0',
    );
  });
});
