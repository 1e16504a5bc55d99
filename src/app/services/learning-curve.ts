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
import { estimateWithInterval, type LearningEstimate } from '#tagging/evaluation/learning-estimate.js';
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

export interface CurveOptions
  extends Pick<
    TrainFromFilesOptions,
    'dev' | 'recipe' | 'seed' | 'config' | 'set' | 'vectors' | 'kernels' | 'workers' | 'read' | 'signal'
  > {
  readonly train: readonly string[];
  /** Sentences to learn from, in growing order; `all` for what there is. Halves of all, down to some 25, unless told. */
  readonly sizes?: readonly (number | 'all')[];
  /** Trains elsewhere, all at once; here one after the other unless told. */
  readonly trainElsewhere?: ((task: WeightsTask) => Promise<TrainedWeights>) | undefined;
  /** Trainings of each size, with other sentences and other first weights; 3 unless told. */
  readonly seeds?: number;
}

/** What so many sentences bring. Scores are 0 to 1, of the trainings of the size together. */
export interface CurvePoint {
  readonly sentences: number;
  readonly f1: number;
  /** 95 %, over the sentences that are scored. */
  readonly interval: Interval;
  /** Lowest and highest of the single trainings. */
  readonly range: Interval;
  readonly labels: Readonly<Record<string, { readonly f1: number; readonly interval: Interval }>>;
  /** The recipe that was told, or chosen for so many sentences. */
  readonly recipe: string;
}

/** What more sentences than all would bring; null where more did not help, or too few sizes were trained. */
export interface CurveEstimate {
  readonly more: number;
  readonly estimate: LearningEstimate | null;
}

export interface LearningCurve {
  readonly points: readonly CurvePoint[];
  readonly estimates: readonly CurveEstimate[];
  readonly scored: { readonly name: string; readonly sentences: number; readonly names: number };
}

export type CurveReport =
  | NoticeReport
  | RemarkReport
  /** From 1; `share` of this training that is done, 0 to 1. */
  | {
      readonly type: 'training';
      readonly training: number;
      readonly trainings: number;
      readonly sentences: number;
      readonly share: number;
    };

const SEEDS = 3;
const SMALLEST = 25;
const MOST_SIZES = 5;
/** Of the documents, where no dev part is named. */
const SCORED_SHARE = 0.2;
const MORE = [50, 200] as const;

/**
 * Trains on growing parts of a corpus and scores all models on the same sentences, which none has learned from: what more
 * sentences brought so far, and with that what they would bring.
 *
 * @throws {AppError} `invalid_argument`, `empty_corpus`, `interrupted`, and what reading and training throw.
 */
export async function* learningCurve(options: CurveOptions): AsyncGenerator<CurveReport, LearningCurve> {
  const { seeds = SEEDS, signal } = options;
  const { seed, notices, configOf } = settingsOf(options);
  const read = await readTrainingFiles({ ...options, folds: 0 }, seed, configOf({}).model.tag_format === 'plain');
  yield* [...notices, ...read.notices];
  const { all, scored } = partsOf(read, { isDevTold: options.dev !== undefined, seed });
  const names = scored.sentences.reduce((sum, { tags }) => sum + spansFromIob2(tags).length, 0);
  if (names === 0)
    throw new AppError(
      'empty_corpus',
      `${scored.name}: expected names to score by, found none in ${scored.sentences.length} sentences`,
    );
  const sizes = sizesOf(options.sizes, all.length);
  yield { type: 'remark', message: chooseVectors(configOf({}).training.vectors, all).notice };
  const random = createRandom(seed).fork('curve');
  const trainings = sizes.length * seeds;
  const tasks: CurveTask[] = [];
  for (const size of sizes)
    for (let one = 0; one < seeds; one++) {
      const part = random
        .fork(one)
        .shuffle([...all])
        .slice(0, size);
      tasks.push(await taskOf({ part, seed: seed + one }, { options, isPlain: read.isPlain, configOf }));
    }
  const { trainElsewhere } = options;
  const elsewhere = trainElsewhere && tasks.map((task) => trainElsewhere(task));
  for (const promise of elsewhere ?? []) promise.catch(() => {}); // told when its turn comes
  const results: SizeResult[] = [];
  for (const [s, size] of sizes.entries()) {
    const ofSize: (readonly LabelCounts[])[] = [];
    let recipe = '';
    for (let one = 0; one < seeds; one++) {
      const training = s * seeds + one + 1;
      const task = tasks[training - 1];
      const weights = elsewhere?.[training - 1];
      recipe = task.recipe;
      for await (const share of trainingOf(
        task,
        { ...options, weights },
        (counts) => ofSize.push(counts),
        scored.sentences,
      )) {
        yield { type: 'training', training, trainings, sentences: size, share };
        if (signal?.aborted) throw new AppError('interrupted', 'curve: interrupted; nothing was kept');
      }
    }
    results.push({ sentences: size, recipe, ofSize });
    await setImmediate();
  }
  const points = results.map((result) => pointOf(result, random.fork('interval')));
  const counts = results.map(({ sentences, ofSize }) => ({
    sentences,
    trainings: ofSize.map((training) => training.map((one) => sumOf([one]))),
  }));
  const estimates = MORE.map((more) => ({
    more,
    estimate: estimateWithInterval(counts, { from: all.length, more, random: random.fork('estimate') }) ?? null,
  }));
  return { points, estimates, scored: { name: scored.name, sentences: scored.sentences.length, names } };
}

interface SizeResult {
  readonly sentences: number;
  readonly recipe: string;
  /** Of each training, what it made of each scored sentence. */
  readonly ofSize: readonly (readonly LabelCounts[])[];
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

function sizesOf(told: CurveOptions['sizes'], all: number): number[] {
  if (told === undefined) {
    const halves = Array.from({ length: MOST_SIZES }, (_, i) => Math.round(all / 2 ** i));
    return halves.filter((size, i) => i === 0 || size >= SMALLEST).reverse();
  }
  const sizes = told.map((size) => (size === 'all' ? all : size));
  const tooLarge = sizes.find((size) => size > all);
  if (tooLarge !== undefined)
    throw new AppError(
      'invalid_argument',
      `--sizes: expected at most the ${all} sentences there are to learn from, found ${tooLarge}`,
    );
  return [...new Set(sizes)].sort((left, right) => left - right);
}

interface CurveTask extends WeightsTask {
  readonly recipe: string;
}

async function taskOf(
  { part, seed }: { readonly part: readonly LabelledSentence[]; readonly seed: number },
  {
    options,
    isPlain,
    configOf,
  }: { readonly options: CurveOptions; readonly isPlain: boolean } & Pick<ReturnType<typeof settingsOf>, 'configOf'>,
): Promise<CurveTask> {
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
  task: CurveTask,
  {
    kernels,
    workers,
    signal,
    weights,
  }: Pick<CurveOptions, 'workers' | 'signal'> & {
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

function pointOf({ sentences, recipe, ofSize }: SizeResult, random: Random): CurvePoint {
  const together = ofSize[0].map((_, i) => mergedLabels(ofSize.map((counts) => counts[i])));
  const intervals = bootstrapIntervals(together, { random });
  const f1s = ofSize.map((counts) => scoresOf(sumOf(counts)).f1);
  const labels = mergedLabels(together);
  return {
    sentences,
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

function sumOf(all: readonly LabelCounts[]): SpanCounts {
  let [correct, predicted, gold] = [0, 0, 0];
  for (const counts of all)
    for (const one of counts.values()) {
      correct += one.correct;
      predicted += one.predicted;
      gold += one.gold;
    }
  return { correct, predicted, gold };
}
