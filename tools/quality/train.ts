import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CalibrationReportBody, type SeqevalReport, toSeqevalReport } from '#tagging/evaluation/report.js';
import { createSpanScorer } from '#tagging/evaluation/span-scores.js';
import { type FinalReport, scoresOf } from '../final-report.js';
import { CRF, type Experiment } from './experiments.js';
import { CRF_PROGRAM, MAIN } from './paths.js';
import type { Outcome } from './results.js';
import type { Workspace } from './workspace.js';

/** What {@link CRF_PROGRAM} prints. */
interface CrfReport {
  readonly version: string;
  readonly seconds: number;
  readonly iterations: number;
  readonly features: number;
  readonly model_bytes: number;
  readonly predicted: readonly (readonly string[])[];
}

/** Of stderr, in messages. */
const LAST_CHARACTERS = 600;
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL'); // no checkpoint is wanted of it
});

export interface How {
  readonly seed: number;
  readonly workspace: Workspace;
  readonly python: string;
}

/** One run: trains in a process of its own and tells what came of it. */
export function train(experiment: Experiment, how: How): Promise<Outcome> {
  return experiment.recipe === CRF ? trainCrf(experiment, how) : trainTagger(experiment, how);
}

async function trainTagger({ corpus, sentences, recipe, set, table, withRest }: Experiment, { seed, workspace }: How) {
  const made = table && (await workspace.table(table));
  const settings = { ...set, ...(made && { vectors: made.path }) };
  const home = await workspace.newHome();
  const model = join(home, 'model');
  // biome-ignore format: an option and its value belong on one line
  const output = await outputOf(process.execPath, [
    MAIN, 'train',
    '--train', await workspace.file(corpus, 'train', sentences),
    '--dev', await workspace.file(corpus, 'dev', 'all'),
    ...(withRest && sentences !== 'all' ? ['--unlabelled', await workspace.rest(corpus, sentences)] : []),
    '--recipe', recipe,
    ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    '--seed', String(seed),
    '--workers', '1',
    '--output', model,
    '--json', '--quiet',
  ], { cwd: home, env: { ...process.env, ONOMAST_HOME: home } });
  const reports = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string });
  const reportOf = (type: string) => reports.find((report) => report.type === type) as unknown;
  const { parameters } = reportOf('start') as Pick<Outcome, 'parameters'>;
  const { dev, seconds, epochs, best_epoch } = reportOf('done') as Outcome;
  const model_bytes = await bytesBelow(model);
  await rm(home, { recursive: true });
  return {
    dev: withoutBins(dev),
    seconds,
    epochs,
    ...(best_epoch !== undefined && { best_epoch }),
    parameters,
    model_bytes,
    ...(made && { vector_bytes: made.bytes }),
  };
}

async function trainCrf({ corpus, sentences }: Experiment, { workspace, python }: How) {
  const [trainFile, devFile] = [
    await workspace.file(corpus, 'train', sentences),
    await workspace.file(corpus, 'dev', 'all'),
  ];
  const output = await outputOf(python, [CRF_PROGRAM, '--train', trainFile, '--dev', devFile], {});
  const { version, seconds, iterations, features, model_bytes, predicted } = JSON.parse(output) as CrfReport;
  const gold = await workspace.read(corpus, 'dev');
  if (gold.length !== predicted.length)
    throw new Error(`${CRF_PROGRAM}: expected tags of ${gold.length} sentences, found ${predicted.length}`);
  const scorer = createSpanScorer();
  gold.forEach(({ tags }, i) => {
    scorer.add(tags, predicted[i]);
  });
  const dev = toSeqevalReport(scorer.result());
  return { dev, seconds, epochs: iterations, parameters: features, model_bytes, crfsuite: version };
}

/** Diagrams of the calibration are long, and not drawn here. */
function withoutBins(dev: SeqevalReport): SeqevalReport {
  const { calibration }: Partial<FinalReport> = scoresOf(dev);
  if (calibration?.bins === undefined) return dev;
  const { temperature, ece, ece_uncalibrated } = calibration;
  return { ...dev, calibration: { temperature, ece, ece_uncalibrated } as CalibrationReportBody };
}

/** What a program prints; fails with the end of what it complained of. */
function outputOf(program: string, args: readonly string[], options: SpawnOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] as const });
    children.add(child);
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]!.setEncoding('utf8').on('data', (part: string) => {
        text[stream] += part;
      });
    }
    child.on('error', reject);
    child.on('close', (status) => {
      children.delete(child);
      if (status === 0) resolve(text.stdout);
      else reject(new Error(`${program} ended with ${status}: ${text.stderr.trim().slice(-LAST_CHARACTERS)}`));
    });
  });
}

async function bytesBelow(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
