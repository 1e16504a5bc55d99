import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCorpusFile } from '../../dist/annotation/reading/read-corpus-file.js';
import { selectKernelsSync } from '../../dist/engine/kernels/select-kernels.js';
import { parseRunConfig } from '../../dist/training/config/training-config.js';
import { runTraining } from '../../dist/training/run/training-run.js';

/** Few, for runs whose dev scores nobody looks at. */
const FEW_SENTENCES = 20;

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

/**
 * Trains the plain network on the bundled corpus as `onomast train` does, on one thread, with further options of `--set`.
 *
 * @param {{ name: string, set: Record<string, unknown>, seed?: number, usesDev?: boolean, until?: () => boolean }} options
 *   `name` is the model's directory; `until` is asked after every step whether to stop in the middle.
 * @returns {Promise<{ losses: number[], tokens: number[], cpuSeconds: number[], epochs: object[], parameters: number, output: string }>}
 *   One loss (mean per token), one count of tokens and one time a minibatch, and the reports of the epochs. The time is
 *   this process's, so that other programs do not count, and grows from step to step.
 */
export async function train({ name, set, seed = 0, usesDev = false, until = () => false }) {
  const { train: trainPart, dev } = corpus;
  const output = join(directory, name);
  const run = runTraining({
    train: trainPart,
    dev: usesDev ? dev : { ...dev, sentences: dev.sentences.slice(0, FEW_SENTENCES) },
    output,
    config: parseRunConfig({ ...PLAIN, ...set }, 'figures'),
    seed,
    resume: false,
    kernels: selectKernelsSync().kernels,
  });
  const result = { losses: [], tokens: [], cpuSeconds: [], epochs: [], parameters: 0, output };
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
    if (until(result)) break;
  }
  return result;
}

async function part(name) {
  const path = fileURLToPath(new URL(`../../data/names/${name}.conll`, import.meta.url));
  return { name, sentences: (await readCorpusFile(path)).sentences };
}
