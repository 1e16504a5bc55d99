import { createHash, randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Folds } from '#annotation/split/grouped-split.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { chooseTokenizer, createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { AppError, messageOf } from '#base/errors.js';
import { lockOutput } from '#base/files/file-lock.js';
import { makeDirectory } from '#base/files/make-directory.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { evaluateTagger } from '#tagging/evaluation/evaluate.js';
import { assertWritableModelPath, sha256 } from '#tagging/model/model-directory.js';
import { parameterCount, type TaggerModel } from '#tagging/model/tagger-model.js';
import type { TaggedText } from '#tagging/tagger/entity.js';
import { createTagger } from '#tagging/tagger/tagger.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import { createSilenceWatch } from '#training/checks/no-predictions.js';
import { memoryWeight } from '#training/config/memory-weight.js';
import type { NameLists } from '#training/config/name-replacement.js';
import { flatConfig, type RunConfig } from '#training/config/training-config.js';
import { trainingPlan } from '#training/config/training-plan.js';
import { createTrainer, type Trainer } from '#training/loop/trainer.js';
import { shiftOutside } from '#training/loop/tune-outside-bias.js';
import type { RunReport, RunResult, StartReport, TrainingOutcome } from '#training/reports/reports.js';
import { type AssembledTraining, assembleFrom, type CorpusToLearn } from './assemble.js';
import {
  type Checkpoint,
  checkpointPath,
  foldsPath,
  openFoldStore,
  otherRun,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import type { CorpusPart } from './corpus-part.js';
import { type CrossValidation, crossValidate } from './cross-validation.js';
import { finishModel } from './finish.js';
import { removeLeftovers } from './leftovers.js';
import { createRunClock } from './run-clock.js';
import { guardObserver, type RunObserver } from './run-observer.js';
import type { BaseModel } from './start-from.js';
import type { TrainedWeights, WeightsTask } from './train-weights.js';

export interface TrainingRequest {
  readonly train: CorpusPart;
  /** To stop early by, and to be scored on. Without it there are folds. */
  readonly dev?: CorpusPart | undefined;
  /**
   * Parts of `train`: each is scored by a model that has learned from the others, for all epochs; then the model itself learns
   * from all of them, for all epochs.
   */
  readonly folds?: Folds;
  /** Trains the models of folds elsewhere, all at once; here one after the other unless told. */
  readonly trainElsewhere?: (task: WeightsTask) => Promise<TrainedWeights>;
  /** Scored once, with the finished model. */
  readonly test?: CorpusPart;
  /** The model directory; complete when the run ends. */
  readonly output: string;
  /** What the model is registered as, in versions 1, 2, …; the name of the directory unless told. */
  readonly modelName?: string;
  readonly config: RunConfig;
  /** A model with the same network and vectors whose weights are the start, in the place of random ones. */
  readonly base?: BaseModel;
  /** Names that `name_replacement` draws from, beside those of the training part. */
  readonly names?: NameLists;
  /** Pretrained vectors, saved with the model. */
  readonly vectors?: VectorTable;
  readonly seed: number;
  /** Goes on from the checkpoint beside `output`, if there is one. */
  readonly resume: boolean;
  readonly kernels: Kernels;
  /** Threads that compute, 1 unless told; the result does not depend on it. */
  readonly threads?: number;
  /** Texts that are tagged whenever dev is scored, so that one sees names appear. */
  readonly watch?: readonly string[];
  /** Keeps the record of the run and of its model; without it nothing is recorded. */
  readonly observer?: RunObserver;
  /** Aborting leaves a checkpoint and ends the run with the error `interrupted`. */
  readonly signal?: AbortSignal;
}

/** Signals reach a process only between two turns of its event loop, so the loop is given a turn this often. */
const BREATHE_MS = 50;

/**
 * One training, from annotated sentences to a registered model: the only place that lists the steps.
 * Vocabulary and labels come from the training part alone.
 */
export async function* runTraining(request: TrainingRequest): AsyncGenerator<RunReport, RunResult> {
  const output = resolve(request.output);
  assertTrainable(request);
  assertWritableModelPath(output);
  makeWritableDirectory(dirname(output));
  const unlock = lockOutput(output);
  try {
    removeLeftovers(output);
    return yield* trainAlone({ ...request, output });
  } finally {
    unlock();
  }
}

/** Runs while the output lock is held. */
async function* trainAlone(request: TrainingRequest): AsyncGenerator<RunReport, RunResult> {
  const { train, config, kernels, seed, vectors, base, names, threads = 1 } = request;
  const corpus: CorpusToLearn = { train: train.sentences, config, seed, vectors, base, names };
  const validation = request.folds && (yield* validate(request, { corpus, folds: request.folds }));
  const assembled = await assembleFrom(corpus, { kernels, threads });
  try {
    return yield* trainAndSave(request, { ...assembled, validation });
  } finally {
    await assembled.runner.close();
  }
}

async function* validate(
  request: TrainingRequest,
  { corpus, folds }: { readonly corpus: CorpusToLearn; readonly folds: Folds },
): AsyncGenerator<RunReport, CrossValidation> {
  const { kernels, threads = 1, signal, output, resume, trainElsewhere } = request;
  const checkpoint = checkpointPath(output);
  const store = openFoldStore(checkpoint, { fingerprint: fingerprintOf(request), resume });
  try {
    return yield* crossValidate({ corpus, folds, kernels, threads, signal, store, trainElsewhere });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'interrupted') throw error;
    const kept =
      store.done.size === 0 ? '' : `; "${foldsPath(checkpoint)}" holds ${store.done.size} trainings of folds`;
    throw new AppError('interrupted', `training: interrupted${kept}, --resume goes on from there`);
  }
}

async function* trainAndSave(
  request: TrainingRequest,
  { model, engine, runner, validation }: AssembledTraining & { readonly validation: CrossValidation | undefined },
): AsyncGenerator<RunReport, RunResult> {
  const { train, dev, test, config, kernels, signal, seed, output } = request;
  const tokenizer = chooseTokenizer(train.sentences);
  const tagger = createTagger(model, { id: 'training', version: 0, sha256: '' }, { tokenizer });
  let watched: readonly TaggedText[] = [];
  const trainer = createTrainer({
    model,
    config: config.training,
    engine,
    runner,
    evaluate: dev && (() => evaluateTagger(tagger, dev.sentences)),
    look() {
      watched = request.watch?.map((text) => tagger.tag(text)) ?? [];
    },
  });

  const dataSha256 = dataHashOf(request);
  const fingerprint = fingerprintOf(request);
  const checkpointFile = checkpointPath(output);
  const checkpoint = request.resume ? readCheckpoint(checkpointFile) : undefined;
  if (checkpoint) resumeFrom(checkpoint, fingerprint, trainer, checkpointFile);
  const runId = checkpoint?.runId ?? `r_${randomUUID().slice(0, 8)}`;
  const record = guardObserver(request.observer);
  record.started({ runId, config, seed, dataSha256, output, isResumed: checkpoint !== undefined });
  yield startReport(request, { runId, output, model, checkpoint });
  if (dev && labelsOf(dev.sentences).length === 0) yield { type: 'notice', message: devWithoutNames(dev) };
  if (tokenizer.id !== createDefaultTokenizer().id) yield { type: 'notice', message: singleCharacters(tokenizer) };

  const planned = trainingPlan(config.training, engine.batchesPerEpoch).epochs;
  const epochs = Math.min(config.training.stop_epoch || planned, planned);
  const clock = createRunClock(checkpoint?.seconds ?? 0);
  const watchSilence = createSilenceWatch(config.training, train.sentences, epochs);
  const save = (): void =>
    writeCheckpoint(checkpointFile, { state: trainer.state(), fingerprint, runId, seconds: clock.seconds() });
  async function* pump(): AsyncGenerator<RunReport, TrainingOutcome> {
    const loop = trainer.run();
    let lastBreath = performance.now();
    for (let next = loop.next(); ; next = loop.next()) {
      if (next.done) return next.value;
      const report = next.value;
      const timing = clock.timing(report, epochs);
      if (report.type === 'epoch') {
        save();
        record.epoch({ ...report, ...timing });
      }
      yield* record.notices();
      yield { ...report, ...timing };
      if (report.type === 'epoch' && watched.length > 0) {
        yield { type: 'watch', epoch: report.epoch, texts: watched };
        watched = [];
      }
      const silence = report.type === 'epoch' ? watchSilence(report) : undefined;
      if (silence) yield silence;
      if (performance.now() - lastBreath > BREATHE_MS) {
        await setImmediate();
        lastBreath = performance.now();
      }
      if (!signal?.aborted) continue;
      save();
      throw new AppError(
        'interrupted',
        `training: interrupted; "${checkpointFile}" holds its state, --resume goes on from there`,
      );
    }
  }

  try {
    const outcome = yield* pump();
    if (validation) shiftOutside(model, validation.outsideShift);
    const finished = finishModel({
      model,
      tagger,
      train,
      dev,
      validation,
      test,
      config,
      seed,
      dataSha256,
      tokenizer,
      output,
    });
    const { meta } = finished;
    const version = record.finished({ name: request.modelName, meta });
    yield* record.notices();
    removeCheckpoint(checkpointFile);
    return {
      runId,
      output,
      meta,
      ...outcome,
      ...(validation && { outsideBiasShift: validation.outsideShift }),
      folds: validation?.folds ?? null,
      estimate: validation?.estimate ?? null,
      seconds: clock.seconds(),
      peakMemoryBytes: kernels.permanentBytes + kernels.arena.peakBytes,
      dev: finished.dev,
      test: finished.test,
      version,
    };
  } catch (error) {
    record.failed(error);
    throw error;
  }
}

function assertTrainable({ train, dev, config }: TrainingRequest): void {
  memoryWeight(config.training); // refuses what cannot be used before the training, not after it
  for (const { name, sentences } of [train, ...(dev ? [dev] : [])]) {
    if (sentences.length === 0)
      throw new AppError('empty_corpus', `${name}: expected at least one sentence, found none`);
  }
  if (labelsOf(train.sentences).length === 0) {
    throw new AppError(
      'empty_corpus',
      `${train.name}: expected annotated names, but every one of its ${train.sentences.length} sentences is tagged O throughout`,
    );
  }
}

/** Also says before hours of training, not after them, if nothing can be written there. */
function makeWritableDirectory(path: string): void {
  const failed = (what: string, cause: unknown): AppError =>
    new AppError('io_error', `${path}: cannot ${what} this directory: ${messageOf(cause)}`, { cause });
  try {
    makeDirectory(path);
  } catch (cause) {
    throw failed('make', cause);
  }
  try {
    accessSync(`${path}${sep}.`, constants.W_OK);
  } catch (cause) {
    throw failed('write into', cause);
  }
}

function resumeFrom(checkpoint: Checkpoint, fingerprint: string, trainer: Trainer, path: string): void {
  if (checkpoint.fingerprint !== fingerprint) {
    throw otherRun(path);
  }
  trainer.restore(checkpoint.state);
}

function devWithoutNames({ name, sentences }: CorpusPart): string {
  return `none of the ${sentences.length} sentences of dev (${name}) holds a name, so no score tells which epoch is best: the last one is kept`;
}

function singleCharacters({ id }: Tokenizer): string {
  return `the words of train are single characters, so the model will cut texts into characters too (tokenizer "${id}")`;
}

function startReport(
  { train, dev, test }: TrainingRequest,
  started: { runId: string; output: string; model: TaggerModel; checkpoint: Checkpoint | undefined },
): StartReport {
  const { runId, output, model, checkpoint } = started;
  return {
    type: 'start',
    runId,
    output,
    sentences: { train: train.sentences.length, dev: dev?.sentences.length ?? 0, test: test?.sentences.length ?? 0 },
    labels: model.tagSet.labels,
    parameters: parameterCount(model),
    vectorBytes: model.vocabularies.vectors?.file.length ?? 0,
    resumedAtEpoch: checkpoint?.state.cursor.epoch ?? null,
  };
}

function dataHashOf({ train, dev }: Pick<TrainingRequest, 'train' | 'dev'>): string {
  const parts = [train.sentences, dev?.sentences ?? []];
  return hashOf(parts.map((part) => part.map(({ words, tags }) => [words, tags])));
}

/** A run that goes on must have the same. */
function fingerprintOf(request: TrainingRequest): string {
  const { config, seed, kernels, vectors, names, base, folds } = request;
  return hashOf([
    flatConfig(config),
    seed,
    dataHashOf(request),
    kernels.name,
    vectors && sha256(vectors.file),
    names,
    base?.name,
    ...(folds ? [folds.of] : []),
  ]);
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
