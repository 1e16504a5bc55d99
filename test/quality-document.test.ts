import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { AUTO, RECIPES } from '#training/config/recipes.js';
import { ALL_OPTIONS } from '#training/config/training-config.js';
import { scoresOf } from '../tools/final-report.js';
import { CORPORA } from '../tools/quality/corpora.js';
import {
  allExperiments,
  automaticRecipe,
  CRF,
  type Experiment,
  ids,
  type Settings,
  SIZES,
} from '../tools/quality/experiments.js';
import { DEFAULT_VECTORS, TEMPLATE } from '../tools/quality/paths.js';
import { renderQuality } from '../tools/quality/render.js';
import { type Results, type Row, readResults, rowsOf } from '../tools/quality/results.js';
import { areSameOptions, createProgram, optionsKey, type Program, settingsOf } from '../tools/quality/settings.js';
import { signed, summaryOf, written } from '../tools/quality/summary.js';
import type { ViewInput } from '../tools/quality/view.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const DOCS = join(PROJECT, 'docs');

const program = createProgram(existsSync(DEFAULT_VECTORS) ? readFileSync(DEFAULT_VECTORS) : undefined);
const experiments = allExperiments();
const results = await readResults(join(DOCS, 'quality'));
const template = readFileSync(TEMPLATE, 'utf8');

describe('docs/quality.md', () => {
  const { files } = renderQuality({ template, results, program, experiments });

  test.each(Object.keys(files))('%s is what the results make: npm run quality -- --render', (path) => {
    expect(readFileSync(join(DOCS, path), 'utf8')).toBe(files[path]);
  });

  test('shows every figure that is made, and no other', () => {
    const shown = [...files['quality.md'].matchAll(/\]\((images\/[^)]+)\)/g)].map(([, path]) => path);
    const made = Object.keys(files).filter((path) => path.startsWith('images/'));
    expect(shown.toSorted()).toEqual(made.toSorted());
    const there = readdirSync(join(DOCS, 'images')).filter((name) => name.startsWith('quality-'));
    expect(there.map((name) => `images/${name}`).toSorted()).toEqual(made.toSorted());
  });

  test('leads to files that are there', () => {
    const targets = [...files['quality.md'].matchAll(/\]\(([^):]+?)(?:#[^)]*)?\)/g)].map(([, path]) => path);
    expect(targets.filter((path) => !existsSync(join(DOCS, path)))).toEqual([]);
  });

  test('leaves no placeholder behind', () => {
    expect(files['quality.md']).not.toMatch(/\{\{|\}\}|undefined|NaN/);
  });
});

test.each(Object.keys(SIZES))('what auto chooses of %s is measured with all that it sets', (corpus) => {
  for (const size of SIZES[corpus]) {
    const { recipe, set } = experiments.find(({ id }) => id === ids.curve(AUTO, corpus, size))!;
    expect({ ...RECIPES[recipe].options, ...set }).toEqual(automaticRecipe(corpus, size).options);
  }
});

describe('the results', () => {
  const { rows } = results;

  test('name corpora, recipes and options that there are', () => {
    for (const row of rows) {
      expect(Object.keys(CORPORA)).toContain(row.corpus);
      expect([...Object.keys(RECIPES), CRF]).toContain(row.recipe);
      expect(Object.keys(ALL_OPTIONS)).toEqual(expect.arrayContaining(Object.keys(row.set)));
      expect(Number.isInteger(row.seed)).toBe(true);
      expect(scoresOf(row.dev).overall_f1).toBeGreaterThanOrEqual(0);
      expect(scoresOf(row.dev).overall_f1).toBeLessThanOrEqual(1);
    }
  });

  test('name their settings by a hash of them', () => {
    for (const row of rows) expect(optionsKey(results.options[row.options])).toBe(row.options);
    for (const options of Object.values(results.options) as Record<string, unknown>[])
      expect(() => program.completeOptions(options)).not.toThrow();
  });

  test('hold every run once', () => {
    const runs = rows.map(({ corpus, sentences, recipe, options, withRest, seed }) =>
      [corpus, sentences, recipe === CRF, options, withRest, seed].join(' '),
    );
    expect(new Set(runs).size).toBe(runs.length);
  });

  test('come with what was counted of their corpora', () => {
    for (const { corpus } of rows)
      expect(results.corpora).toHaveProperty([corpus, 'train', 'sentences'], CORPORA[corpus].sentences);
  });
});

describe('the experiments', () => {
  test('have names of their own', () => {
    const names = experiments.map(({ id }: { id: string }) => id);
    expect(new Set(names).size).toBe(names.length);
  });

  test('set only options that there are', () => {
    for (const { set } of experiments)
      expect(Object.keys(ALL_OPTIONS)).toEqual(expect.arrayContaining(Object.keys(set)));
  });
});

/** Two experiments with the recipe `plain`, one of them with its defaults spelt out, and a third. */
const small: Omit<ViewInput, 'results'> = {
  program: { ...createProgram(undefined), recipes: { plain: { options: { hidden_size: 32 } } } },
  experiments: [
    { id: 'one', corpus: 'wnut17', sentences: 250, recipe: 'plain', set: {}, seeds: [0, 1] },
    {
      id: 'alike',
      corpus: 'wnut17',
      sentences: 250,
      recipe: 'plain',
      set: { hidden_size: 32, layers: 1 },
      seeds: [0, 1],
    },
    { id: 'other', corpus: 'wnut17', sentences: 250, recipe: 'plain', set: { layers: 2 }, seeds: [0, 1] },
    { id: 'unmeasured', corpus: 'wnut17', sentences: 500, recipe: 'plain', set: {}, seeds: [0] },
  ],
};
const smallOptions = (index: number): Settings => settingsOf(small.experiments[index], small.program).options!;
const rowOf = (options: Settings, seed: number, f1: number): Row => ({
  corpus: 'wnut17',
  sentences: 250,
  recipe: 'plain',
  set: {},
  seed,
  options: optionsKey(options),
  dev: { overall_f1: f1 },
  ...{ seconds: 60, epochs: 20, parameters: 500_000, model_bytes: 2e6 },
  ...{ onomast: '0', machine: 'a machine', parallel: 2 },
});
const COUNTS = { sentences: 5000, tokens: 80_000, names: 4000, handles: 5 };
const FIRST = { 60: 0, 250: 1, 500: 2, 1000: 3, 4000: 4 };
const smallResults: Results = {
  rows: [
    rowOf(smallOptions(0), 0, 0.5),
    rowOf(smallOptions(0), 1, 0.52),
    rowOf(smallOptions(2), 0, 0.4),
    rowOf({ ...smallOptions(2), learn_rate: 0.5 }, 1, 0.1),
  ],
  options: Object.fromEntries(
    [smallOptions(0), smallOptions(2), { ...smallOptions(2), learn_rate: 0.5 }].map((one) => [optionsKey(one), one]),
  ),
  corpora: {
    wnut17: {
      train: { ...COUNTS, sentences: 3394, names_in_first: FIRST, handles_in_first: FIRST },
      dev: COUNTS,
      sha256: 'a'.repeat(12),
    },
  },
};

/** Every experiment, as if it had been run: with scores made up, but different everywhere. */
function measuredWhole(): Omit<ViewInput, 'experiments'> {
  const recipes = {
    names: { options: {} },
    accurate: { options: { crf: true, char_filters: 50, fine_tune_vectors: true, case_augmentation: 0.1 } },
    tiny: { options: { hidden_size: 32 } },
  };
  const whole: Program = { ...createProgram(new Uint8Array([1])), recipes };
  const options: Record<string, Settings> = {};
  const rows = experiments.flatMap((experiment, i) => {
    const { id, seeds, ...rest } = experiment;
    const settings = settingsOf(experiment, whole).options!;
    options[optionsKey(settings)] = settings;
    return seeds.map((seed): Row => {
      const f1 = 0.4 + i / 1000 + seed / 5000;
      const label = { precision: f1, recall: f1, f1, number: 10 };
      const extras = {
        unseen_recall: 0.3,
        unseen_number: 3,
        seen_number: 7,
        case_lower_f1: 0.2,
        calibration: { temperature: 1, number: 10, ece: 0.1, ece_uncalibrated: 0.1, bins: [], bins_uncalibrated: [] },
      };
      return {
        ...rest,
        seed,
        options: optionsKey(settings),
        dev: { overall_precision: f1, overall_recall: f1, overall_f1: f1, ...extras, PER: label },
        ...{ seconds: 60, epochs: 20, parameters: 500_000, model_bytes: 2e6 },
        ...(experiment.table && { vector_bytes: 1e6 + 1e5 * i }),
        ...(experiment.recipe === CRF && { crfsuite: '0.12.2' }),
        ...{ onomast: '0', machine: 'a machine', parallel: 2 },
      };
    });
  });
  const train = { ...COUNTS, names_in_first: FIRST, handles_in_first: FIRST };
  const counts = { train, dev: COUNTS, sha256: 'a'.repeat(12) };
  const corpora = Object.fromEntries(Object.keys(CORPORA).map((corpus) => [corpus, counts]));
  return { program: whole, results: { rows, options, corpora } };
}

const renderSmall = (text: string): string =>
  renderQuality({ ...small, template: text, results: smallResults }).files['quality.md'];

describe('rowsOf', () => {
  const seedsOf = (index: number): number[] => [
    ...rowsOf(smallResults, small.experiments[index], small.program).keys(),
  ];

  test('gives an experiment the runs of another that comes to the same settings', () => {
    expect(seedsOf(0)).toEqual([0, 1]);
    expect(seedsOf(1)).toEqual([0, 1]);
  });

  test('leaves out what was measured with settings that are no longer those of the recipe', () => {
    expect(seedsOf(2)).toEqual([0]);
  });

  test('takes an option that came later to have been at its default', () => {
    const { layers, ...before } = smallOptions(0);
    const defaults = small.program.completeOptions({});
    expect(areSameOptions(before, { ...before, layers }, defaults)).toBe(true);
    expect(areSameOptions(before, { ...before, layers: 2 }, defaults)).toBe(false);
    expect(areSameOptions({ ...before, layers, gone: 1 }, { ...before, layers }, defaults)).toBe(false);
  });

  test('knows vectors by what is in them', () => {
    const withTable = { ...small.program, defaultVectors: new Uint8Array([1]) };
    const withOther = { ...small.program, defaultVectors: new Uint8Array([2]) };
    const vectorsOf = (one: Program): unknown => settingsOf(small.experiments[0], one).options!.vectors;
    expect(vectorsOf(small.program)).toBe('none');
    expect(vectorsOf(withTable)).toMatch(/^auto [0-9a-f]{12}$/);
    expect(vectorsOf(withTable)).not.toBe(vectorsOf(withOther));
  });

  test('tells what is missing of an experiment that cannot be run', () => {
    const [one] = small.experiments;
    expect(settingsOf({ ...one, recipe: 'huge' }, small.program)).toEqual({ missing: 'there is no recipe "huge"' });
    expect(settingsOf({ ...one, set: { hiden_size: 1 } }, small.program).missing).toContain(
      'did you mean "hidden_size"?',
    );
  });
});

describe('renderQuality', () => {
  test('fills in means, spreads and differences', () => {
    expect(renderSmall('{{f1 one}} {{mean one}} {{f1 other}} {{difference other one}} {{difference one other}}')).toBe(
      '51.0 (50.0 to 52.0) 51.0 40.0 +11.0 −11.0\n',
    );
    expect(renderSmall('{{runs}} runs, {{time}}, {{machines}}, {{parallel}}, {{seeds o}} seeds')).toBe(
      '3 runs, 3.0 min, a machine, 2, 1 to 2 seeds\n',
    );
    expect(renderSmall('{{count wnut17 train sentences}}')).toBe('3,394\n');
  });

  test('leaves out a paragraph that needs what has not been measured', () => {
    expect(renderSmall('Before.\n\nIt is {{f1 unmeasured}}.\n\nAfter.')).toBe('Before.\n\nAfter.\n');
  });

  test('makes a page of nothing', () => {
    const { files } = renderQuality({
      template,
      results: { rows: [], options: {}, corpora: {} },
      program,
      experiments,
    });
    expect(Object.keys(files)).toEqual(['quality.md']);
    expect(files['quality.md']).toContain('## Look-ahead\n');
    expect(files['quality.md']).toContain('*Not measured yet.*');
    expect(files['quality.md']).not.toMatch(/\{\{|undefined|NaN|Infinity/);
  });

  test('makes a page of everything', () => {
    const { files } = renderQuality({ template, ...measuredWhole(), experiments });
    const page = files['quality.md'];
    expect(Object.keys(files).toSorted()).toEqual([
      'images/quality-learning-curves.svg',
      'images/quality-look-ahead.svg',
      'images/quality-vectors.svg',
      'quality.md',
    ]);
    expect(page).not.toMatch(/\{\{|undefined|NaN|Infinity|Not measured/);
    expect(page).toContain('| recall of names not in the training data |');
    expect(page).toContain('| no CRF: `crf=false` |');
    expect(page, 'the recipe has a CRF already').not.toContain('with a CRF');
    for (const svg of Object.values(files).slice(0, 3)) expect(svg).not.toMatch(/undefined|NaN|Infinity/);
  });

  test.each([
    ['{{f2 one}}', /no fact "f2", only f1, /],
    ['{{table nothing}}', /no table "nothing", only /],
    ['{{figure nothing}}', /no figure "nothing", only /],
    ['{{f1 two}}', /no experiment "two"/],
  ])('refuses %s', (text, message) => {
    expect(() =>
      renderQuality({ ...small, experiments: small.experiments, template: text, results: smallResults }),
    ).toThrow(message);
  });

  test('draws the spread of the seeds', () => {
    const rows = [0.5, 0.6].map((f1, seed) => rowOf(smallOptions(0), seed, f1));
    const experiment: Experiment = { ...small.experiments[0], id: ids.curve('names', 'wnut17', 250) };
    const others = allExperiments().filter(({ id }) => id !== experiment.id);
    const { files } = renderQuality({
      template: '{{figure quality-learning-curves Curves}}',
      results: { ...smallResults, rows },
      program: small.program,
      experiments: [...others, experiment],
    });
    expect(files['quality.md']).toBe('![Curves](images/quality-learning-curves.svg)\n');
    expect(files['images/quality-learning-curves.svg']).toContain('fill-opacity');
    expect(files['images/quality-learning-curves.svg']).toContain('names 55.0 at 250');
  });
});

describe('summaries', () => {
  test.each([
    [[], '–'],
    [[75.26], '75.3'],
    [[75, 76, 74.6], '75.2 (74.6 to 76.0)'],
  ])('%j is written %s', (values, text) => {
    expect(written(summaryOf(values))).toBe(text);
  });

  test.each([
    [0.44, '+0.4'],
    [-1.25, '−1.3'],
    [-0.04, '±0.0'],
  ])('a difference of %d is written %s', (value, text) => {
    expect(signed(value)).toBe(text);
  });
});
