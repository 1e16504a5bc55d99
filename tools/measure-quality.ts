// Measures what docs/quality.md tells of, by training the experiments of quality/experiments.ts with the built program, and
// makes that page with its figures. Every result is kept as it comes, so that this can be stopped and started again; the
// page is made of what is kept alone.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '#base/errors.js';
import { ONOMAST_VERSION } from '#base/version.js';
import { parseAssignments } from '#tagging/model/config-options.js';
import { createEstimator, type Run } from './quality/estimate.js';
import { allExperiments, CRF, type Experiment, type Settings } from './quality/experiments.js';
import { DEFAULT_VECTORS, PROJECT, TEMPLATE } from './quality/paths.js';
import { renderQuality } from './quality/render.js';
import { addCorpus, addRow, pruneRows, readResults, rowsOf } from './quality/results.js';
import { createProgram, settingsOf } from './quality/settings.js';
import { f1Of, minutes } from './quality/summary.js';
import { train } from './quality/train.js';
import { createWorkspace, type Workspace } from './quality/workspace.js';

const USAGE = `Usage: npm run quality -- [options]

  --list            what is still to be run, with the time it may take
  --render          make the page from the results that there are; train nothing
  --check           fail if the page is not what the results make
  --only PATTERN    runs whose name matches this regular expression; names are like curve/tiny/wnut17/250/seed-0
  --parallel N      runs at a time, each on one thread (default: 1)
  --vectors FILE    what tables of vectors are made from; without it their experiments are left out
  --python PATH     the Python that has python-crfsuite (default: $PYTHON or python3)
  --out DIR         where quality.md, images/ and quality/ are (default: docs)
  --set KEY=VALUE   a setting over all experiments, to try this script; only with --out
  --prune           forget results that no experiment asks for any more`;

const { values: flags } = parseArgs({
  options: {
    list: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    prune: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    parallel: { type: 'string', default: '1' },
    vectors: { type: 'string' },
    python: { type: 'string', default: process.env.PYTHON ?? 'python3' },
    out: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) {
  console.log(USAGE);
  process.exit();
}
if (flags.set.length > 0 && flags.out === undefined) fail('--set is for trying this script: give --out too');
const parallel = Number(flags.parallel);
if (!Number.isInteger(parallel) || parallel < 1)
  fail(`--parallel: expected a whole number from 1, found "${flags.parallel}"`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130)); // what is kept is whole

const out = resolve(flags.out ?? join(PROJECT, 'docs'));
const cache = join(out, 'quality');
const program = createProgram(existsSync(DEFAULT_VECTORS) ? await readFile(DEFAULT_VECTORS) : undefined);
const overall = parseAssignments(flags.set);
const experiments = allExperiments().map(
  (one): Experiment => (one.recipe === CRF ? one : { ...one, set: { ...one.set, ...overall } }),
);
const results = await readResults(cache);

if (flags.check) await check();
else if (flags.prune) await prune();
else if (flags.render) await render();
else await measure();

async function measure(): Promise<void> {
  const workspace = await createWorkspace({
    corpora: resolve(PROJECT, process.env.ONOMAST_CORPORA ?? '../shared/corpora'),
    vectors: flags.vectors && resolve(flags.vectors),
  });
  await countCorpora(workspace);
  const pending = pendingRuns();
  if (flags.list) {
    for (const { name, seconds } of pending) console.log(`${minutes(seconds).padStart(8)}  ${name}`);
  }
  const total = pending.reduce((sum, { seconds }) => sum + seconds, 0);
  console.error(
    `${pending.length} runs to do: ${minutes(total)} of computing, ${minutes(total / parallel)} with --parallel ${parallel}`,
  );
  if (flags.list) return;
  const failures: string[] = [];
  const work = async () => {
    for (let run = pending.shift(); run; run = pending.shift()) {
      try {
        await runOne(run, workspace);
      } catch (error) {
        failures.push(run.name);
        console.error(`${run.name}: ${messageOf(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  await render();
  if (failures.length > 0) fail(`${failures.length} runs failed: ${failures.join(', ')}`);
}

interface PendingRun {
  readonly name: string;
  readonly experiment: Experiment;
  readonly seed: number;
  readonly options: Settings;
  readonly seconds: number;
}

async function runOne(
  { name, experiment, seed, options, seconds: expected }: PendingRun,
  workspace: Workspace,
): Promise<void> {
  const result = await train(experiment, { seed, workspace, python: flags.python });
  const { corpus, sentences, recipe, set, table, withRest } = experiment;
  const row = await addRow(cache, results, {
    ...{ corpus, sentences, recipe, set, ...(table && { table }), ...(withRest && { withRest }), seed, options },
    ...result,
    ...{ onomast: ONOMAST_VERSION, machine: machine(), parallel },
  });
  const f1 = f1Of(row).toFixed(1);
  console.error(`${name}: F1 ${f1} in ${minutes(row.seconds)} (${minutes(expected)} expected)`);
}

/** Runs without a result, each once: first one seed of everything, the cheap before the dear, so that stopping early costs least. */
function pendingRuns(): PendingRun[] {
  const estimate = createEstimator(results);
  const runs = new Map<string, PendingRun>();
  const left = new Map<string, string[]>();
  for (const experiment of experiments) {
    const { id, corpus, sentences, recipe, table, withRest, seeds } = experiment;
    const names = runNames(experiment);
    if (!names.some(isAskedFor)) continue;
    const { options, missing } = settingsOf(experiment, program);
    if (options === undefined || (table && !flags.vectors)) {
      const reason = missing ?? '--vectors names no file to make tables from';
      left.set(reason, [...(left.get(reason) ?? []), id]);
      continue;
    }
    const done = rowsOf(results, experiment, program);
    const seconds = estimate({ corpus, sentences, recipe, options: options as Run['options'] });
    seeds.forEach((seed, i) => {
      const key = JSON.stringify([corpus, sentences, withRest, recipe === CRF, options, seed]);
      if (done.has(seed) || runs.has(key) || !isAskedFor(names[i])) return;
      runs.set(key, { name: names[i], experiment, seed, options, seconds });
    });
  }
  for (const [reason, ids] of left) console.error(`left out: ${ids.length} experiments (${ids[0]} …): ${reason}`);
  return [...runs.values()].sort((one, other) => one.seed - other.seed || one.seconds - other.seconds);
}

function runNames({ id, seeds }: Experiment): string[] {
  return seeds.map((seed) => `${id}/seed-${seed}`);
}

function isAskedFor(name: string): boolean {
  return new RegExp(flags.only).test(name);
}

/** Counts what is not counted yet of what is asked for; refuses to mix results of different versions of a corpus. */
async function countCorpora(workspace: Workspace): Promise<void> {
  const asked = experiments.filter((experiment) => runNames(experiment).some(isAskedFor));
  for (const corpus of new Set(asked.map(({ corpus }) => corpus))) {
    const counts = await workspace.counts(corpus);
    const known = Object.hasOwn(results.corpora, corpus) ? results.corpora[corpus] : undefined;
    if (known && known.sha256 !== counts.sha256)
      fail(`${corpus}: its files (${counts.sha256}) are not those that were measured (${known.sha256})`);
    // Known ones too: their learning curves may have got another size.
    if (JSON.stringify(known) !== JSON.stringify(counts)) await addCorpus(cache, results, { name: corpus, counts });
  }
}

async function rendered() {
  return renderQuality({ template: await readFile(TEMPLATE, 'utf8'), results, program, experiments });
}

async function render() {
  const { files } = await rendered();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), content);
  }
  console.error(`${join(out, 'quality.md')}: made of ${results.rows.length} results`);
}

async function check() {
  const { files } = await rendered();
  for (const [path, content] of Object.entries(files)) {
    const there = existsSync(join(out, path)) ? await readFile(join(out, path), 'utf8') : undefined;
    if (there !== content) fail(`${join(out, path)} is not what the results make: npm run quality -- --render`);
  }
}

async function prune() {
  const wanted = new Set(experiments.flatMap((experiment) => [...rowsOf(results, experiment, program).values()]));
  console.error(`${await pruneRows(cache, results, (row) => wanted.has(row))} results forgotten`);
}

function machine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${memory} GiB, Node ${process.version}`;
}

function fail(message: string): never {
  console.error(`measure-quality: ${message}`);
  process.exit(1);
}
