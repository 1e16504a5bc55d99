import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import { estimateWithInterval, type LearningEstimate } from '#tagging/evaluation/learning-estimate.js';
import { chooseVectors } from './choose-vectors.js';
import {
  readScored,
  type ScoredOn,
  type ScoredTask,
  type ScoredTrainingsOptions,
  SEEDS,
  scoreOf,
  sumOf,
  type TrainingGroup,
  type TrainingsReport,
  type TrainingsScore,
  taskOf,
  trainAndScore,
} from './scored-trainings.js';
import { settingsOf } from './train-from-files.js';

export interface CurveOptions extends ScoredTrainingsOptions {
  /** Sentences to learn from, in growing order; `all` for what there is. Halves of all, down to some 25, unless told. */
  readonly sizes?: readonly (number | 'all')[];
}

/** What so many sentences bring. */
export interface CurvePoint extends TrainingsScore {
  readonly sentences: number;
}

/** What more sentences than all would bring; null where more did not help, or too few sizes were trained. */
export interface CurveEstimate {
  readonly more: number;
  readonly estimate: LearningEstimate | null;
}

export interface LearningCurve {
  readonly points: readonly CurvePoint[];
  readonly estimates: readonly CurveEstimate[];
  readonly scored: ScoredOn;
}

const SMALLEST = 25;
const MOST_SIZES = 5;
const MORE = [50, 200] as const;

/**
 * Trains on growing parts of a corpus and scores all models on the same sentences, which none has learned from: what more
 * sentences brought so far, and with that what they would bring.
 *
 * @throws {AppError} `invalid_argument`, `empty_corpus`, `interrupted`, and what reading and training throw.
 */
export async function* learningCurve(options: CurveOptions): AsyncGenerator<TrainingsReport, LearningCurve> {
  const { seeds = SEEDS } = options;
  const { seed, notices, configOf } = settingsOf(options);
  const { all, scored, ...read } = await readScored(options);
  yield* [...notices, ...read.notices];
  const sizes = sizesOf(options.sizes, all.length);
  yield { type: 'remark', message: chooseVectors(configOf({}).training.vectors, all).notice };
  const random = createRandom(seed).fork('curve');
  const groups: TrainingGroup[] = [];
  for (const size of sizes) {
    const tasks: ScoredTask[] = [];
    for (let one = 0; one < seeds; one++) {
      const shuffled = random.fork(one).shuffle([...all]);
      tasks.push(
        await taskOf({ part: shuffled.slice(0, size), seed: seed + one }, { options, isPlain: read.isPlain, configOf }),
      );
    }
    groups.push({ name: `${size} sentences`, tasks });
  }
  const results = yield* trainAndScore(groups, { options, scored: scored.sentences, what: 'curve' });
  const points = results.map((result, i) => ({
    sentences: sizes[i],
    ...scoreOf(result, random.fork('interval')),
  }));
  const counts = results.map(({ trainings }, i) => ({
    sentences: sizes[i],
    trainings: trainings.map((training) => training.map((one) => sumOf([one]))),
  }));
  const estimates = MORE.map((more) => ({
    more,
    estimate: estimateWithInterval(counts, { from: all.length, more, random: random.fork('estimate') }) ?? null,
  }));
  return { points, estimates, scored: read.about };
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
