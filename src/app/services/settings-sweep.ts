import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import { createRandom } from '#base/random.js';
import { chooseVectors } from './choose-vectors.js';
import {
  readScored,
  type ScoredOn,
  type ScoredTask,
  type ScoredTrainingsOptions,
  SEEDS,
  scoreOf,
  type TrainingGroup,
  type TrainingsReport,
  type TrainingsScore,
  taskOf,
  trainAndScore,
} from './scored-trainings.js';
import { settingsOf } from './train-from-files.js';

export interface SweepOptions extends ScoredTrainingsOptions {
  /** `key=value,value,…`: each value of a setting with each of the others. */
  readonly try: readonly string[];
}

export interface SweptSettings extends TrainingsScore {
  /** `key=value` of all that was tried. */
  readonly settings: readonly string[];
}

export interface SettingsSweep {
  /** Highest F1 first. */
  readonly tried: readonly SweptSettings[];
  readonly scored: ScoredOn;
}

/** More are a mistake in a list rather than a wish. */
const MOST_COMBINATIONS = 200;

/**
 * Trains with every combination of some settings on the same sentences and scores all models on the same others.
 *
 * @throws {AppError} `invalid_argument`, `invalid_config` for a setting or value there is not, `empty_corpus`, `interrupted`,
 *   and what reading and training throw.
 */
export async function* sweepSettings(options: SweepOptions): AsyncGenerator<TrainingsReport, SettingsSweep> {
  const { seeds = SEEDS } = options;
  const combinations = combinationsOf(options.try);
  const told = combinations.map((settings) => ({ ...options, set: [...(options.set ?? []), ...settings] }));
  for (const one of told) settingsOf(one); // every one is checked before the first training
  const { seed, notices, configOf } = settingsOf(options);
  const { all, scored, ...read } = await readScored(options);
  yield* [...notices, ...read.notices];
  yield { type: 'remark', message: chooseVectors(configOf({}).training.vectors, all).notice };
  const groups: TrainingGroup[] = [];
  for (const [i, one] of told.entries()) {
    const tasks: ScoredTask[] = [];
    for (let number = 0; number < seeds; number++) {
      const data = { part: all, seed: seed + number };
      tasks.push(await taskOf(data, { options: one, isPlain: read.isPlain, configOf: settingsOf(one).configOf }));
    }
    groups.push({ name: combinations[i].join(' '), tasks });
  }
  const results = yield* trainAndScore(groups, { options, scored: scored.sentences, what: 'sweep' });
  const random = createRandom(seed).fork('sweep');
  const tried = results.map((result, i) => ({ settings: combinations[i], ...scoreOf(result, random) }));
  return { tried: tried.sort((left, right) => right.f1 - left.f1), scored: read.about };
}

/** Each value of the first setting with each of the second, and so on. */
function combinationsOf(lists: readonly string[]): string[][] {
  let combinations: string[][] = [[]];
  const keys = new Set<string>();
  for (const list of lists) {
    const [, key, values] = /^([^=]+)=(.+)$/s.exec(list) ?? [];
    const each = values?.split(',') ?? [];
    if (key === undefined || each.includes(''))
      throw new AppError('invalid_argument', `--try: expected key=value,value,…, found ${quoted(list)}`);
    if (keys.has(key))
      throw new AppError('invalid_argument', `--try: expected each setting once, found "${key}" twice`);
    keys.add(key);
    combinations = combinations.flatMap((before) => [...new Set(each)].map((value) => [...before, `${key}=${value}`]));
    if (combinations.length > MOST_COMBINATIONS)
      throw new AppError(
        'invalid_argument',
        `--try: expected at most ${MOST_COMBINATIONS} combinations of settings, found ${combinations.length} or more`,
      );
  }
  return combinations;
}
