import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { splitCorpus } from '#annotation/split/grouped-split.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import type { Registry } from '#app/store/registry.js';
import { AppError, messageOf } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import type { RunConfig } from '#training/config/training-config.js';
import type { NoticeReport, RemarkReport, RunReport, RunResult } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { type ActivationChoice, type ActivationOutcome, offerModel } from './activation.js';
import { chooseVectors } from './choose-vectors.js';
import { openHomeRegistry } from './home-registry.js';
import { learnOwnVectors, type VectorsReport } from './own-vectors.js';
import { createRecordingObserver, registryName } from './recording-observer.js';
import type { UnlabelledText } from './unlabelled-text.js';

export interface ChosenConfig {
  /** Its name. */
  readonly recipe: string;
  readonly config: RunConfig;
  /** What was chosen and why. */
  readonly remarks: readonly RemarkReport[];
}

/** Sentences and settings; all else has a default. */
export interface TrainRequest
  extends Omit<TrainingRequest, 'kernels' | 'threads' | 'vectors' | 'observer' | 'resume' | 'signal'> {
  readonly resume?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The fastest that this machine has unless told. */
  readonly kernels?: KernelChoice | undefined;
  /** Threads; one a core unless told. The result does not depend on it. */
  readonly workers?: number | undefined;
  /** Chooses settings once it is known whether there are pretrained vectors that fit; `config` holds until then. */
  readonly chooseConfig?: ((hasVectors: boolean) => ChosenConfig) | undefined;
  /** Text of the kind that is to be tagged; word vectors are learned from it where no others fit. */
  readonly unlabelled?: UnlabelledText | undefined;
  /** Whether the registry of the home keeps the run and the model. */
  readonly isRecorded: boolean;
  /** For the record; that of `chooseConfig` where there is one. */
  readonly recipe?: string | undefined;
  readonly activation: ActivationChoice;
}

/** What is learned from and what is scored, and what was found when it was read. */
export interface CorpusParts extends Pick<TrainingRequest, 'train' | 'dev' | 'test'> {
  readonly notices: readonly NoticeReport[];
}

/** The dev part, when none is given: this share of the training data. */
const DEV_SHARE = 0.1;

/**
 * Sets a tenth of the documents apart to stop early by.
 *
 * @throws {AppError} `empty_corpus` if that leaves nothing to learn from or to score.
 */
export function splitOff(whole: CorpusPart, seed: number): Pick<CorpusParts, 'train' | 'dev'> {
  requireSeveral(whole);
  const split = splitCorpus(whole.sentences, {
    shares: { train: 1 - DEV_SHARE, dev: DEV_SHARE, test: 0 },
    random: createRandom(seed).fork('split'),
  });
  return {
    train: { ...whole, sentences: split.train },
    dev: { name: `a tenth of ${whole.name}`, sentences: split.dev },
  };
}

export type TrainReport = RunReport | RemarkReport | VectorsReport;

/** A finished training and what became of its model. */
export interface TrainResult extends RunResult {
  readonly activation: ActivationOutcome;
}

/**
 * Sentences in, reports out: chooses kernels and vectors, trains, records the run in the registry of the home and offers the
 * model to it. All trainings of the program go this way, whatever their sentences come from.
 */
export async function* train(request: TrainRequest): AsyncGenerator<TrainReport, TrainResult> {
  const {
    workers,
    isRecorded,
    recipe,
    activation,
    chooseConfig,
    unlabelled,
    dev,
    resume = false,
    signal,
    ...rest
  } = request;
  const { kernels, notice } = selectKernels(request.kernels);
  if (notice) yield { type: 'notice', message: notice };
  const { name: corpus, sentences } = request.train;
  const pretrained = chooseVectors(request.config.training.vectors, sentences);
  yield { type: 'remark', message: pretrained.notice };
  const chosen = chooseConfig?.(pretrained.vectors !== undefined);
  if (chosen) yield* chosen.remarks;
  const vectors = pretrained.isToLearn
    ? yield* learnOwnVectors({
        name: corpus,
        sentences,
        unlabelled,
        kernels: request.kernels,
        seed: request.seed,
        signal,
      })
    : pretrained.vectors;
  const known = chosen?.recipe ?? recipe;
  const { registry, problem } = isRecorded ? openRegistryIfPossible() : {};
  if (problem) yield problem;
  try {
    const result = yield* runTraining({
      ...rest,
      dev,
      config: chosen?.config ?? request.config,
      resume,
      kernels,
      threads: workers ?? availableParallelism(),
      ...(vectors && { vectors }),
      ...(registry && {
        observer: createRecordingObserver(registry, {
          corpus,
          ...(known !== undefined && { recipe: known }),
        }),
      }),
      ...(signal && { signal }),
    });
    const name = registryName(request.modelName ?? basename(resolve(request.output)));
    const offer = { registry, result, name, dev: dev.sentences, choice: activation };
    return { ...result, activation: await offerModel(offer) };
  } finally {
    registry?.close();
  }
}

/** A registry that cannot be opened must not keep anyone from training. */
function openRegistryIfPossible(): { registry?: Registry; problem?: NoticeReport } {
  try {
    return { registry: openHomeRegistry() };
  } catch (error) {
    return { problem: { type: 'notice', message: `the run will not be recorded: ${messageOf(error)}` } };
  }
}

/** A dev part cannot be set apart from one sentence, nor from one sentence many times over. */
function requireSeveral({ name, sentences }: CorpusPart): void {
  if (labelsOf(sentences).length === 0) {
    const found = `${sentences.length === 1 ? 'one sentence' : `${sentences.length} sentences`} with the tag O throughout`;
    throw new AppError('empty_corpus', `${name}: expected sentences with names, found ${found}`);
  }
  if (new Set(sentences.map(({ words }) => sentenceKey(words))).size > 1) return;
  const found = sentences.length === 1 ? 'one sentence' : `one sentence, ${sentences.length} times`;
  throw new AppError(
    'empty_corpus',
    `${name}: expected at least two sentences, or sentences to stop early by with --dev, found ${found}`,
  );
}
