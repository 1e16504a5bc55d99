import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { RECIPES } from '#training/config/recipes.js';
import { ALL_OPTIONS, flatConfig, parseRunConfig } from '#training/config/training-config.js';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const DOCS = join(PROJECT, 'docs');
/** Scripts have no declarations. */
const script = (name: string) => import(`../tools/quality/${name}.mjs`);
const { allExperiments, CRF, ids } = await script('experiments');
const { CORPORA } = await script('corpora');
const { DEFAULT_VECTORS, TEMPLATE } = await script('paths');
const { renderQuality } = await script('render');
const { readResults, rowsOf } = await script('results');
const { areSameOptions, optionsKey, programOf, settingsOf } = await script('settings');
const { signed, summaryOf, written } = await script('summary');

interface Row {
  readonly corpus: string;
  readonly sentences: number | 'all';
  readonly recipe: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly options: string;
  readonly dev: Readonly<Record<string, unknown>> & { readonly overall_f1: number };
}

const program = programOf({
  recipes: RECIPES,
  parseRunConfig,
  flatConfig,
  defaultVectors: existsSync(DEFAULT_VECTORS) ? readFileSync(DEFAULT_VECTORS) : undefined,
});
const experiments = allExperiments();
const results = await readResults(join(DOCS, 'quality'));
const template = readFileSync(TEMPLATE, 'utf8');

describe('docs/quality.md', () => {
  const { files } = renderQuality({ template, results, program, experiments }) as { files: Record<string, string> };

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

describe('the results', () => {
  const rows = results.rows as readonly Row[];

  test('name corpora, recipes and options that there are', () => {
    for (const row of rows) {
      expect(Object.keys(CORPORA)).toContain(row.corpus);
      expect([...Object.keys(RECIPES), CRF]).toContain(row.recipe);
      expect(Object.keys(ALL_OPTIONS)).toEqual(expect.arrayContaining(Object.keys(row.set)));
      expect(Number.isInteger(row.seed)).toBe(true);
      expect(row.dev.overall_f1).toBeGreaterThanOrEqual(0);
      expect(row.dev.overall_f1).toBeLessThanOrEqual(1);
    }
  });

  test('name their settings by a hash of them', () => {
    for (const row of rows) expect(optionsKey(results.options[row.options])).toBe(row.options);
    for (const options of Object.values(results.options) as Record<string, unknown>[])
      expect(() => program.completeOptions(options)).not.toThrow();
  });

  test('hold every run once', () => {
    const runs = rows.map(({ corpus, sentences, recipe, options, seed }) =>
      [corpus, sentences, recipe === CRF, options, seed].join(' '),
    );
    expect(new Set(runs).size).toBe(runs.length);
  });

  test('come with what was counted of their corpora', () => {
    for (const { corpus } of rows) expect(results.corpora).toHaveProperty([corpus, 'train', 'sentences']);
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
const small = {
  program: programOf({ recipes: { plain: { options: { hidden_size: 32 } } }, parseRunConfig, flatConfig }),
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
const smallOptions = (index: number): Record<string, unknown> =>
  settingsOf(small.experiments[index], small.program).options;
const rowOf = (options: Record<string, unknown>, seed: number, f1: number) => ({
  corpus: 'wnut17',
  sentences: 250,
  recipe: 'plain',
  set: {},
  seed,
  options: optionsKey(options),
  dev: { overall_f1: f1 },
  seconds: 60,
  machine: 'a machine',
  parallel: 2,
});
const smallResults = {
  rows: [
    rowOf(smallOptions(0), 0, 0.5),
    rowOf(smallOptions(0), 1, 0.52),
    rowOf(smallOptions(2), 0, 0.4),
    rowOf({ ...smallOptions(2), learn_rate: 0.5 }, 1, 0.1),
  ],
  options: Object.fromEntries(
    [smallOptions(0), smallOptions(2), { ...smallOptions(2), learn_rate: 0.5 }].map((one) => [optionsKey(one), one]),
  ),
  corpora: { wnut17: { train: { sentences: 3394 } } },
};

/** Every experiment, as if it had been run: with scores made up, but different everywhere. */
function measuredWhole() {
  const recipes = {
    names: { options: {} },
    accurate: { options: { crf: true, char_filters: 50, fine_tune_vectors: true, case_augmentation: 0.1 } },
    tiny: { options: { hidden_size: 32 } },
  };
  const whole = programOf({ recipes, parseRunConfig, flatConfig, defaultVectors: new Uint8Array([1]) });
  const options: Record<string, object> = {};
  const rows = experiments.flatMap((experiment: { seeds: number[]; table?: object; recipe: string }, i: number) => {
    const { id, seeds, ...rest } = experiment as typeof experiment & { id: string };
    const settings = settingsOf(experiment, whole).options;
    options[optionsKey(settings)] = settings;
    return seeds.map((seed) => {
      const f1 = 0.4 + i / 1000 + seed / 5000;
      const label = { precision: f1, recall: f1, f1, number: 10 };
      const extras = {
        unseen_recall: 0.3,
        unseen_number: 3,
        seen_number: 7,
        case_lower_f1: 0.2,
        calibration: { ece: 0.1 },
      };
      return {
        ...rest,
        seed,
        options: optionsKey(settings),
        dev: { overall_precision: f1, overall_recall: f1, overall_f1: f1, ...extras, PER: label },
        ...{ seconds: 60, epochs: 20, parameters: 500_000, model_bytes: 2e6 },
        ...(experiment.table && { vector_bytes: 1e6 + 1e5 * i }),
        ...(experiment.recipe === CRF && { crfsuite: '0.12.2' }),
        ...{ machine: 'a machine', parallel: 2 },
      };
    });
  });
  const part = { sentences: 5000, tokens: 80_000, names: 4000, handles: 5 };
  const sizes = { 250: 1, 500: 2, 1000: 3, 4000: 4 };
  const counts = { train: { ...part, names_in_first: sizes, handles_in_first: sizes }, dev: part };
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
    const vectorsOf = (one: object): unknown => settingsOf(small.experiments[0], one).options.vectors;
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
    const experiment = { ...small.experiments[0], id: ids.curve('names', 'wnut17', 250) };
    const others = allExperiments().filter(({ id }: { id: string }) => id !== experiment.id);
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
