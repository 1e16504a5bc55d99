import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeqevalReport } from '#tagging/evaluation/report.js';
import { CRF, type Experiment, type Settings, type Size, type VectorTableChoice } from './experiments.js';
import { areSameOptions, optionsKey, type Program, settingsOf } from './settings.js';

/** One run; a line of `results.jsonl`. */
export interface Row {
  readonly corpus: string;
  readonly sentences: Size;
  readonly recipe: string;
  readonly set: Settings;
  readonly table?: VectorTableChoice;
  readonly withRest?: true;
  readonly seed: number;
  /** Key into `options.json`. */
  readonly options: string;
  /** The report of the evaluation on dev; scores 0 to 1. */
  readonly dev: SeqevalReport;
  /** Of training and the evaluations in between. */
  readonly seconds: number;
  /** Iterations, for the CRF. */
  readonly epochs: number;
  readonly best_epoch?: number;
  readonly parameters: number;
  readonly model_bytes: number;
  /** Of the table made for this run. */
  readonly vector_bytes?: number;
  /** Version of the peer, where that was measured. */
  readonly crfsuite?: string;
  readonly onomast: string;
  readonly machine: string;
  /** Runs that shared the machine. */
  readonly parallel: number;
}

/** What training itself tells of a run. */
export type Outcome = Pick<
  Row,
  'dev' | 'seconds' | 'epochs' | 'best_epoch' | 'parameters' | 'model_bytes' | 'vector_bytes' | 'crfsuite'
>;

export interface PartCounts {
  readonly sentences: number;
  readonly tokens: number;
  readonly names: number;
  readonly handles: number;
}

/** What was counted of a corpus; an entry of `corpora.json`. */
export interface CorpusCounts {
  readonly train: PartCounts & {
    readonly names_in_first: Readonly<Record<string, number>>;
    readonly handles_in_first: Readonly<Record<string, number>>;
  };
  readonly dev: PartCounts;
  readonly sha256: string;
}

/**
 * The cache: `results.jsonl` with a line a run, `options.json` with the full options that its lines name by their hash, and
 * `corpora.json` with what was counted of each corpus.
 */
export interface Results {
  rows: Row[];
  options: Record<string, Settings>;
  readonly corpora: Record<string, CorpusCounts>;
}

export async function readResults(directory: string): Promise<Results> {
  const path = join(directory, 'results.jsonl');
  const text = existsSync(path) ? await readFile(path, 'utf8') : '';
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i): Row => {
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
 */
export function rowsOf({ rows, options }: Results, experiment: Experiment, program: Program): Map<number, Row> {
  const wanted = settingsOf(experiment, program).options;
  if (!wanted) return new Map();
  const defaults = program.completeOptions({});
  const isSame = new Map<string, boolean>();
  const isCurrent = (key: string): boolean => {
    const known = isSame.get(key) ?? areSameOptions(options[key], wanted, defaults);
    isSame.set(key, known);
    return known;
  };
  return new Map(
    rows
      .filter(({ corpus, sentences }) => corpus === experiment.corpus && sentences === experiment.sentences)
      .filter((row) => row.withRest === experiment.withRest && isTaggedAlike(row, experiment) && isCurrent(row.options))
      .filter(({ seed }) => experiment.seeds.includes(seed))
      .map((row) => [row.seed, row]),
  );
}

/** Adds a row to `results`, in memory and on disk; the options first, so that no row ever names unknown ones. */
export async function addRow(
  directory: string,
  results: Results,
  { options, ...row }: Omit<Row, 'options'> & { readonly options: Settings },
): Promise<Row> {
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

export async function addCorpus(
  directory: string,
  results: Results,
  { name, counts }: { readonly name: string; readonly counts: CorpusCounts },
): Promise<void> {
  results.corpora[name] = counts;
  await writeJson(join(directory, 'corpora.json'), results.corpora);
}

/** Writes back only the rows, and the options of them, that `isWanted` says; returns how many went. */
export async function pruneRows(directory: string, results: Results, isWanted: (row: Row) => boolean): Promise<number> {
  const before = results.rows.length;
  results.rows = results.rows.filter(isWanted);
  const named = new Set(results.rows.map(({ options }) => options));
  results.options = Object.fromEntries(Object.entries(results.options).filter(([key]) => named.has(key)));
  await writeWhole(join(directory, 'results.jsonl'), results.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeJson(join(directory, 'options.json'), results.options);
  return before - results.rows.length;
}

/** The CRF has no options: none at all would look like all at their defaults. */
function isTaggedAlike(row: Row, experiment: Experiment): boolean {
  return (row.recipe === CRF) === (experiment.recipe === CRF);
}

/** Six decimals are more than any table shows. */
function rounded<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'number' ? Number(part.toFixed(6)) : part)));
}

async function readJson<Content>(path: string): Promise<Record<string, Content>> {
  return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
}

async function writeJson(path: string, value: Readonly<Record<string, unknown>>): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  await writeWhole(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Beside its place, then renamed: whoever reads meanwhile sees the old or the new. */
async function writeWhole(path: string, content: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(`${path}.tmp`, content);
  await rename(`${path}.tmp`, path);
}
