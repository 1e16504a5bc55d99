import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { splitCorpus } from '#annotation/split/grouped-split.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { AppError } from '#base/errors.js';
import { createRandom, type Random } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { bootstrapIntervals, type Interval } from '#tagging/evaluation/confidence-interval.js';
import type { LabelCounts, SpanCounts } from '#tagging/evaluation/span-scores.js';
import { scoresOf } from '#tagging/evaluation/span-scores.js';
import type { NoticeReport, RemarkReport } from '#training/reports/reports.js';
import type { CorpusPart } from '#training/run/corpus-part.js';
import { countsAtBestShift } from '#training/run/cross-validation.js';
import { type TrainedWeights, trainedTagger, trainWeights, type WeightsTask } from '#training/run/train-weights.js';
import { chooseVectors } from './choose-vectors.js';
import { learnOwnVectors } from './own-vectors.js';
import {
  readTrainingFiles,
  recipeFor,
  settingsOf,
  type TrainFromFilesOptions,
  withPlainTags,
} from './train-from-files.js';

export interface ScoredTrainingsOptions
  extends Pick<
    TrainFromFilesOptions,
    'dev' | 'recipe' | 'seed' | 'config' | 'set' | 'vectors' | 'kernels' | 'workers' | 'read' | 'signal'
  > {
  readonly train: readonly string[];
  /** Trains elsewhere, all at once; here one after the other unless told. */
  readonly trainElsewhere?: ((task: WeightsTask) => Promise<TrainedWeights>) | undefined;
  /** Trainings of each group, with other first weights; 3 unless told. */
  readonly seeds?: number;
}

/** Scores are 0 to 1, of the trainings of a group together. */
export interface TrainingsScore {
  readonly f1: number;
  /** 95 %, over the sentences that are scored. */
  readonly interval: Interval;
  /** Lowest and highest of the single trainings. */
  readonly range: Interval;
  readonly labels: Readonly<Record<string, { readonly f1: number; readonly interval: Interval }>>;
  /** The recipe that was told or chosen. */
  readonly recipe: string;
}

/** The sentences that all trainings are scored on. */
export interface ScoredOn {
  readonly name: string;
  readonly sentences: number;
  readonly names: number;
}

export type TrainingsReport =
  | NoticeReport
  | RemarkReport
  /** From 1; `share` of this training that is done, 0 to 1. */
  | {
      readonly type: 'training';
      readonly training: number;
      readonly trainings: number;
      /** The group it belongs to. */
      readonly of: string;
      readonly share: number;
    };

export const SEEDS = 3;
/** Of the documents, where no dev part is named. */
const SCORED_SHARE = 0.2;

/** Trainings that differ in chance alone. */
export interface TrainingGroup {
  /** For progress. */
  readonly name: string;
  readonly tasks: readonly ScoredTask[];
}

export interface GroupResult {
  readonly recipe: string;
  /** Of each training, what it made of each scored sentence. */
  readonly trainings: readonly (readonly LabelCounts[])[];
}

/**
 * What trainings learn from, and what all are scored on: the dev part if it is named, else a fifth of the files.
 *
 * @throws {AppError} `empty_corpus` without names to score by, and what reading throws.
 */
export async function readScored(options: ScoredTrainingsOptions): Promise<{
  readonly all: readonly LabelledSentence[];
  readonly scored: CorpusPart;
  readonly about: ScoredOn;
  readonly isPlain: boolean;
  readonly notices: readonly (NoticeReport | RemarkReport)[];
}> {
  const { seed, configOf } = settingsOf(options);
  const read = await readTrainingFiles({ ...options, folds: 0 }, seed, configOf({}).model.tag_format === 'plain');
  const { all, scored } = partsOf(read, { isDevTold: options.dev !== undefined, seed });
  const names = scored.sentences.reduce((sum, { tags }) => sum + spansFromIob2(tags).length, 0);
  if (names === 0)
    throw new AppError(
      'empty_corpus',
      `${scored.name}: expected names to score by, found none in ${scored.sentences.length} sentences`,
    );
  const about = { name: scored.name, sentences: scored.sentences.length, names };
  return { all, scored, about, isPlain: read.isPlain, notices: read.notices };
}

/**
 * Trains every task, here or elsewhere, and scores it.
 *
 * @throws {AppError} `interrupted` in the name of `what`, and what training throws.
 */
export async function* trainAndScore(
  groups: readonly TrainingGroup[],
  {
    options,
    scored,
    what,
  }: {
    readonly options: ScoredTrainingsOptions;
    readonly scored: readonly LabelledSentence[];
    readonly what: string;
  },
): AsyncGenerator<TrainingsReport, GroupResult[]> {
  const { trainElsewhere, signal } = options;
  const all = groups.flatMap(({ tasks }) => tasks);
  const elsewhere = trainElsewhere && all.map((task) => trainElsewhere(task));
  for (const promise of elsewhere ?? []) promise.catch(() => {}); // told when its turn comes
  const results: GroupResult[] = [];
  let training = 0;
  for (const { name, tasks } of groups) {
    const trainings: LabelCounts[][] = [];
    for (const task of tasks) {
      const weights = elsewhere?.[training];
      training++;
      for await (const share of trainingOf(task, { ...options, weights }, (counts) => trainings.push(counts), scored)) {
        yield { type: 'training', training, trainings: all.length, of: name, share };
        if (signal?.aborted) throw new AppError('interrupted', `${what}: interrupted; nothing was kept`);
      }
    }
    results.push({ recipe: tasks[0].recipe, trainings });
    await setImmediate();
  }
  return results;
}

function partsOf(
  { train, dev }: { readonly train: CorpusPart; readonly dev?: CorpusPart | undefined },
  { isDevTold, seed }: { readonly isDevTold: boolean; readonly seed: number },
): { readonly all: readonly LabelledSentence[]; readonly scored: CorpusPart } {
  if (isDevTold && dev) return { all: train.sentences, scored: dev };
  const whole = [...train.sentences, ...(dev?.sentences ?? [])];
  const split = splitCorpus(whole, {
    shares: { train: 1 - SCORED_SHARE, dev: SCORED_SHARE, test: 0 },
    random: createRandom(seed).fork('split'),
  });
  return { all: split.train, scored: { name: `a fifth of ${train.name}`, sentences: split.dev } };
}

export interface ScoredTask extends WeightsTask {
  readonly recipe: string;
}

export async function taskOf(
  { part, seed }: { readonly part: readonly LabelledSentence[]; readonly seed: number },
  {
    options,
    isPlain,
    configOf,
  }: { readonly options: ScoredTrainingsOptions; readonly isPlain: boolean } & Pick<
    ReturnType<typeof settingsOf>,
    'configOf'
  >,
): Promise<ScoredTask> {
  const { kernels, signal } = options;
  const pretrained = chooseVectors(configOf({}).training.vectors, part);
  const chosen = recipeFor(options, { sentences: part, hasVectors: pretrained.vectors !== undefined });
  const config = configOf(chosen.options);
  let { vectors } = pretrained;
  if (pretrained.isToLearn) {
    const learning = learnOwnVectors({ name: `${part.length} sentences`, sentences: part, kernels, seed, signal });
    let next = await learning.next();
    while (!next.done) next = await learning.next();
    vectors = next.value;
  }
  return { train: part, seed, vectors, recipe: chosen.name, config: isPlain ? withPlainTags(config) : config };
}

/** Trains, scores, and hands what was made of each scored sentence to `take`. Yields how much is done. */
async function* trainingOf(
  task: ScoredTask,
  {
    kernels,
    workers,
    signal,
    weights,
  }: Pick<ScoredTrainingsOptions, 'workers' | 'signal'> & {
    readonly kernels?: KernelChoice | undefined;
    readonly weights: Promise<TrainedWeights> | undefined;
  },
  take: (counts: LabelCounts[]) => void,
  scored: readonly LabelledSentence[],
): AsyncGenerator<number> {
  const threads = workers ?? availableParallelism();
  let trainedWeights = await weights;
  if (!trainedWeights) {
    const run = trainWeights(task, { kernels: selectKernels(kernels).kernels, threads, signal });
    let next = await run.next();
    for (; !next.done; next = await run.next()) if (next.value < 1) yield next.value;
    trainedWeights = next.value;
  }
  const trained = trainedTagger(task, trainedWeights, selectKernels(kernels).kernels);
  const [counts] = countsAtBestShift([{ ...trained, sentences: scored }], task.config.training.fit_bias);
  take(counts);
  yield 1;
}

/** What the trainings of a group make together. */
export function scoreOf({ recipe, trainings }: GroupResult, random: Random): TrainingsScore {
  const together = trainings[0].map((_, i) => mergedLabels(trainings.map((counts) => counts[i])));
  const intervals = bootstrapIntervals(together, { random });
  const f1s = trainings.map((counts) => scoresOf(sumOf(counts)).f1);
  const labels = mergedLabels(together);
  return {
    recipe,
    f1: scoresOf(sumOf(together)).f1,
    interval: intervals.micro,
    range: [Math.min(...f1s), Math.max(...f1s)],
    labels: Object.fromEntries(
      Object.entries(intervals.labels).map(([label, interval]) => [
        label,
        { f1: scoresOf(labels.get(label)!).f1, interval },
      ]),
    ),
  };
}

function mergedLabels(all: readonly LabelCounts[]): LabelCounts {
  const merged = new Map<string, SpanCounts>();
  for (const counts of all)
    for (const [label, { correct, predicted, gold }] of counts) {
      const sum = merged.get(label) ?? { correct: 0, predicted: 0, gold: 0 };
      merged.set(label, {
        correct: sum.correct + correct,
        predicted: sum.predicted + predicted,
        gold: sum.gold + gold,
      });
    }
  return merged;
}

export function sumOf(all: readonly LabelCounts[]): SpanCounts {
  let [correct, predicted, gold] = [0, 0, 0];
  for (const counts of all)
    for (const one of counts.values()) {
      correct += one.correct;
      predicted += one.predicted;
      gold += one.gold;
    }
  return { correct, predicted, gold };
}
