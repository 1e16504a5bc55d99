import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CRF } from './experiments.mjs';
import { areSameOptions, optionsKey, settingsOf } from './settings.mjs';

/**
 * The cache: `results.jsonl` with a line a run, `options.json` with the full options that its lines name by their hash, and
 * `corpora.json` with what was counted of each corpus.
 *
 * @typedef {object} Row
 * @property {string} corpus
 * @property {number | 'all'} sentences
 * @property {string} recipe
 * @property {object} set
 * @property {number} seed
 * @property {string} options Key into `options.json`.
 * @property {Record<string, any>} dev The report of the evaluation on dev; scores 0 to 1.
 * @property {number} seconds Of training and the evaluations in between.
 * @property {number} epochs Iterations, for the CRF.
 * @property {number} parameters
 * @property {number} model_bytes
 * @property {number} [vector_bytes] The table made for this run.
 * @property {string} machine
 * @property {number} parallel Runs that shared the machine.
 *
 * @typedef {{ rows: Row[], options: Record<string, Record<string, unknown>>, corpora: Record<string, object> }} Results
 */

/** @returns {Promise<Results>} */
export async function readResults(directory) {
  const path = join(directory, 'results.jsonl');
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => {
      try {
        return JSON.parse(line);
      } catch (cause) {
        throw new Error(`${path}:${i + 1}: expected one JSON object a line; was a run cut short?`, { cause });
      }
    });
  return {
    rows,
    options: await readJson(join(directory, 'options.json')),
    corpora: await readJson(join(directory, 'corpora.json')),
  };
}

/**
 * The rows of an experiment that were measured with what its settings are now, by seed.
 *
 * @param {Results} results
 * @param {import('./experiments.mjs').Experiment} experiment
 * @param {import('./settings.mjs').Program} program
 * @returns {Map<number, Row>}
 */
export function rowsOf({ rows, options }, experiment, program) {
  const wanted = settingsOf(experiment, program).options;
  if (!wanted) return new Map();
  const defaults = program.completeOptions({});
  const isSame = new Map();
  const isCurrent = (key) => {
    if (!isSame.has(key)) isSame.set(key, areSameOptions(options[key], wanted, defaults));
    return isSame.get(key);
  };
  return new Map(
    rows
      .filter(({ corpus, sentences }) => corpus === experiment.corpus && sentences === experiment.sentences)
      .filter((row) => isTaggedAlike(row, experiment) && isCurrent(row.options))
      .filter(({ seed }) => experiment.seeds.includes(seed))
      .map((row) => [row.seed, row]),
  );
}

/** Adds a row to `results`, in memory and on disk; the options first, so that no row ever names unknown ones. */
export async function addRow(directory, results, { options, ...row }) {
  const key = optionsKey(options);
  if (!Object.hasOwn(results.options, key)) {
    results.options[key] = options;
    await writeJson(join(directory, 'options.json'), results.options);
  }
  const complete = rounded({ ...row, options: key });
  results.rows.push(complete);
  await appendFile(join(directory, 'results.jsonl'), `${JSON.stringify(complete)}\n`);
  return complete;
}

export async function addCorpus(directory, results, name, counts) {
  results.corpora[name] = counts;
  await writeJson(join(directory, 'corpora.json'), results.corpora);
}

/** Writes back only the rows, and the options of them, that `isWanted` says; returns how many went. */
export async function pruneRows(directory, results, isWanted) {
  const before = results.rows.length;
  results.rows = results.rows.filter(isWanted);
  const named = new Set(results.rows.map(({ options }) => options));
  results.options = Object.fromEntries(Object.entries(results.options).filter(([key]) => named.has(key)));
  await writeWhole(join(directory, 'results.jsonl'), results.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeJson(join(directory, 'options.json'), results.options);
  return before - results.rows.length;
}

/** The CRF has no options: none at all would look like all at their defaults. */
function isTaggedAlike(row, experiment) {
  return (row.recipe === CRF) === (experiment.recipe === CRF);
}

/** Six decimals are more than any table shows. */
function rounded(value) {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'number' ? Number(part.toFixed(6)) : part)));
}

async function readJson(path) {
  return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
}

async function writeJson(path, value) {
  const sorted = Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  await writeWhole(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Beside its place, then renamed: whoever reads meanwhile sees the old or the new. */
async function writeWhole(path, content) {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.tmp`, content);
  await rename(`${path}.tmp`, path);
}
