import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { splitCorpus, splitIntoFolds } from '#annotation/split/grouped-split.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { Registry } from '#app/store/registry.js';
import { counted } from '#base/counted.js';
import { AppError, messageOf } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { FEW_SENTENCES } from '#training/config/auto-recipe.js';
import type { RunConfig } from '#training/config/training-config.js';
import type { NoticeReport, RemarkReport, RunReport, RunResult } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import { runTraining, type TrainingRequest } from '#training/run/training-run.js';
import { type ActivationChoice, type ActivationOutcome, offerModel } from './activation.js';
import { chooseVectors } from './choose-vectors.js';
import type { ForgettingReport } from './forgetting.js';
import { openHomeRegistry } from './home-registry.js';
import { learnOwnVectors, type VectorsReport } from './own-vectors.js';
import { createRecordingObserver, registryName } from './recording-observer.js';
import { learnFromTeacher } from './self-training.js';
import type { UnlabelledText } from './unlabelled-text.js';

export interface ChosenConfig {
  /** Its name. */
  readonly recipe: string;
  readonly config: RunConfig;
  /** For a network that learns from many sentences that one of `config` tagged. */
  readonly student: RunConfig;
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
  /**
   * Text of the kind that is to be tagged: word vectors are learned from it where no others fit, and where few sentences are
   * annotated, what a first network finds in it.
   */
  readonly unlabelled?: UnlabelledText | undefined;
  /** Whether the registry of the home keeps the run and the model. */
  readonly isRecorded: boolean;
  /** For the record; that of `chooseConfig` where there is one. */
  readonly recipe?: string | undefined;
  readonly activation: ActivationChoice;
}

/** What is learned from and what is scored, and what was found when it was read. */
export interface CorpusParts extends Pick<TrainingRequest, 'train' | 'dev' | 'folds' | 'test'> {
  readonly notices: readonly (NoticeReport | RemarkReport)[];
}

/** How many folds score the training part where it has no dev part beside it; 0 for none, `auto` where few names ask for it. */
export type FoldChoice = number | 'auto';

/** The dev part, when none is given: this share of the training data. */
const DEV_SHARE = 0.1;
/** With fewer names on dev its scores are chance: an F1 of 60 could be anything from 45 to 75. */
const FEW_NAMES = 40;
const USUAL_FOLDS = 5;
/** With fewer sentences the parts of folds would lack labels, or names at all. */
const FEWEST_SENTENCES = 20;

/**
 * What is learned from and what judges it where no dev part is given: a tenth of the documents is set apart to stop early by, or
 * folds score all of them.
 *
 * @throws {AppError} `empty_corpus` if that leaves nothing to learn from or to score.
 */
export function splitOff(
  whole: CorpusPart,
  { seed, folds = 'auto' }: { readonly seed: number; readonly folds?: FoldChoice | undefined },
): Pick<CorpusParts, 'train' | 'dev' | 'folds'> & { readonly remarks: readonly RemarkReport[] } {
  requireSeveral(whole);
  const random = createRandom(seed);
  const split = splitCorpus(whole.sentences, {
    shares: { train: 1 - DEV_SHARE, dev: DEV_SHARE, test: 0 },
    random: random.fork('split'),
  });
  const names = nameCount(split.dev);
  const isSmall = names < FEW_NAMES && whole.sentences.length >= FEWEST_SENTENCES;
  const count = folds === 'auto' ? (isSmall ? USUAL_FOLDS : 0) : folds;
  if (count === 0) {
    const dev = { name: `a tenth of ${whole.name}`, sentences: split.dev };
    return { train: { ...whole, sentences: split.train }, dev, remarks: [] };
  }
  const dealt = splitIntoFolds(whole.sentences, { count, random: random.fork('deal') });
  const why =
    folds === 'auto'
      ? `A tenth set apart would hold ${counted(names, 'name')}, too few to judge by: the`
      : `No sentences are set apart: the`;
  const off = folds === 'auto' ? ' (--folds 0 turns it off)' : '';
  const message = `${why} scores come from ${dealt.count} folds, and the model learns from all ${whole.sentences.length} sentences, for all epochs${off}.`;
  return { train: whole, folds: dealt, remarks: [{ type: 'remark', message }] };
}

function nameCount(sentences: readonly LabelledSentence[]): number {
  return sentences.reduce((sum, { tags }) => sum + spansFromIob2(tags).length, 0);
}

export type TrainReport = RunReport | RemarkReport | VectorsReport | ForgettingReport;

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
  const threads = workers ?? availableParallelism();
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
        threads,
        signal,
      })
    : pretrained.vectors;
  const shared = {
    ...rest,
    dev,
    threads,
    ...(vectors && { vectors }),
    ...(signal && { signal }),
  };
  const config = chosen?.config ?? request.config;
  let learned = { train: request.train, config };
  // With vectors of its own a first network is not sure of the right things: Portuguese lost two points by it.
  if (unlabelled && chosen && dev && !pretrained.isToLearn && sentences.length < FEW_SENTENCES) {
    const { test, ...toTeach } = shared;
    const teach = (output: string): AsyncGenerator<RunReport, RunResult> =>
      runTraining({ ...toTeach, output, config, kernels: selectKernels(request.kernels).kernels, resume: false });
    const { output } = request;
    const train = yield* learnFromTeacher({ train: request.train, unlabelled, teach, output, signal });
    learned = { train, config: chosen.student };
  } else if (unlabelled && !pretrained.isToLearn) {
    yield { type: 'notice', message: `--unlabelled: not used, since ${whyUnused(request, chosen !== undefined)}` };
  }
  const known = chosen?.recipe ?? recipe;
  const { registry, problem } = isRecorded ? openRegistryIfPossible() : {};
  if (problem) yield problem;
  try {
    const result = yield* runTraining({
      ...shared,
      ...learned,
      kernels,
      resume,
      ...(registry && {
        observer: createRecordingObserver(registry, {
          corpus,
          ...(known !== undefined && { recipe: known }),
        }),
      }),
    });
    const name = registryName(request.modelName ?? basename(resolve(request.output)));
    const judged = { dev: dev?.sentences ?? request.train.sentences, train: request.train };
    const offer = { registry, result, name, ...judged, choice: activation };
    return { ...result, activation: await offerModel(offer) };
  } finally {
    registry?.close();
  }
}

function whyUnused({ dev, train: { sentences } }: TrainRequest, isFromNothing: boolean): string {
  if (!isFromNothing) return 'a training that goes on from a model does without';
  if (dev === undefined) return 'folds judge the training; name a --dev file';
  return `word vectors know the text already, and ${sentences.length} annotated sentences are enough to learn from`;
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
