import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { parseRunConfig } from '#training/config/training-config.js';
import type { EpochReport } from '#training/reports/reports.js';
import { runTraining } from '#training/run/training-run.js';
import type { Scale } from './measurement.js';

/** Few, for runs whose dev scores nobody looks at. */
const FEW_SENTENCES = 20;
/** Of a run that only shows whether everything works. */
const QUICK_SENTENCES = 60;
const QUICK_EPOCHS = 2;

/** The network of the page, spelt out: one technique at a time is seen best on a plain one, whatever the defaults become. */
const PLAIN = {
  vectors: 'none',
  crf: false,
  char_filters: 0,
  affix_dimension: 24,
  shape_dimension: 16,
  max_epochs: 20,
  learn_rate: 0.003,
  weight_average: 0.99,
  case_augmentation: 0,
  fit_bias: false,
};

const directory = await mkdtemp(join(tmpdir(), 'onomast-figures-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

export const corpus = {
  train: await part('train'),
  dev: await part('dev'),
};

export interface TrainOptions {
  readonly scale: Scale;
  /** The model's directory. */
  readonly name: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly usesDev?: boolean;
  /** Asked after every step whether to stop in the middle. */
  readonly until?: (run: TrainingRun) => boolean;
}

/** One loss (mean per token), one count of tokens and one time a minibatch, and the reports of the epochs. */
export interface TrainingRun {
  readonly losses: number[];
  readonly tokens: number[];
  /** Of this process, so that other programs do not count; grows from step to step. */
  readonly cpuSeconds: number[];
  readonly epochs: EpochReport[];
  readonly parameters: number;
  readonly output: string;
}

/** Trains the plain network on the bundled corpus as `onomast train` does, on one thread, with further options of `--set`. */
export async function train({
  scale,
  name,
  set,
  seed = 0,
  usesDev = false,
  until,
}: TrainOptions): Promise<TrainingRun> {
  const { dev } = corpus;
  const most = scale.isQuick ? QUICK_SENTENCES : corpus.train.sentences.length;
  const output = join(directory, name);
  const run = runTraining({
    train: { ...corpus.train, sentences: corpus.train.sentences.slice(0, most) },
    dev: usesDev && !scale.isQuick ? dev : { ...dev, sentences: dev.sentences.slice(0, FEW_SENTENCES) },
    output,
    config: parseRunConfig(
      { ...PLAIN, ...set, ...(scale.isQuick && { max_epochs: QUICK_EPOCHS, eval_frequency: 1 }) },
      'figures',
    ),
    seed,
    resume: false,
    kernels: selectKernels().kernels,
  });
  const result = {
    losses: [] as number[],
    tokens: [] as number[],
    cpuSeconds: [] as number[],
    epochs: [] as TrainingRun['epochs'],
    parameters: 0,
    output,
  };
  let before = { loss: 0, tokens: 0 };
  let start = process.cpuUsage();
  for await (const report of run) {
    if (report.type === 'start') {
      start = process.cpuUsage();
      result.parameters = report.parameters;
    }
    if (report.type === 'epoch') {
      result.epochs.push(report);
      before = { loss: 0, tokens: 0 };
    }
    if (report.type !== 'step') continue;
    // Reports give the mean over the epoch so far: its growth is the minibatch's own.
    const tokens = report.tokens - before.tokens;
    result.losses.push((report.loss * report.tokens - before.loss * before.tokens) / tokens);
    result.tokens.push(tokens);
    const { user, system } = process.cpuUsage(start);
    result.cpuSeconds.push((user + system) / 1e6);
    before = report;
    if (until?.(result)) break;
  }
  return result;
}

async function part(name: string) {
  const path = fileURLToPath(new URL(`../../data/names/${name}.conll`, import.meta.url));
  return { name, sentences: (await readCorpusFile(path)).sentences };
}
