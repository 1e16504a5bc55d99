import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, extname, join } from 'node:path';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { readCorpusFile } from '#annotation/reading/read-corpus-file.js';
import { splitCorpus } from '#annotation/split/grouped-split.js';
import type { TrainOptions } from '#app/cli/commands/train.js';
import { noteRepairs } from '#app/cli/corpus-notes.js';
import { note } from '#app/cli/output.js';
import { createTrainingPrinter } from '#app/cli/training-printer.js';
import type { Registry } from '#app/store/registry.js';
import { AppError, messageOf } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { parseAssignments } from '#tagging/model/config-options.js';
import { findRecipe } from '#training/config/recipes.js';
import { parseRunConfig, type RunConfig } from '#training/config/training-config.js';
import { type CorpusPart, type RunResult, runTraining } from '#training/run/training-run.js';
import { chooseVectors } from './choose-vectors.js';
import { openHomeRegistry } from './home-registry.js';
import { BUNDLED_CORPUS, MODELS_DIRECTORY } from './paths.js';

/** The dev part, when none is given: this share of the training data. */
const DEV_SHARE = 0.1;
/** Below, the recipe for small corpora scores higher (docs/quality.md). */
const FEW_SENTENCES = 2000;
const MOST_WORKERS = 256;
const KERNEL_CHOICES = ['reference', 'simd', 'relaxed'] as const;

/** `onomast train`: from options to a finished model, shown on the terminal. */
export async function trainFromFiles(options: TrainOptions): Promise<RunResult> {
  const { config, seed } = settingsOf(options);
  const name = options.train ? basename(options.train[0], extname(options.train[0])) : 'names';
  const parts = await readParts(options, seed);
  const { kernels, notice } = await selectKernels(kernelChoice(options.kernels));
  if (notice) note(`onomast: ${notice}`);
  const { vectors, notice: vectorNotice } = chooseVectors(config.training.vectors, parts.train.sentences);
  if (!options.quiet && !options.json) {
    note(vectorNotice);
    const count = parts.train.sentences.length;
    if (count < FEW_SENTENCES && options.recipe === 'names')
      note(`With ${count} sentences --recipe tiny is likely to find more names.`);
  }
  const registry = openRegistryIfPossible();
  const printer = createTrainingPrinter(options);
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const run = runTraining({
      ...parts,
      output: options.output ?? defaultOutput(name),
      ...(options.output === undefined && { modelName: name }),
      config,
      ...(vectors && { vectors }),
      seed,
      resume: options.resume ?? false,
      kernels,
      threads: workerCount(options.workers),
      ...(registry && { registry }),
      signal: controller.signal,
    });
    let next = await run.next();
    while (!next.done) {
      printer.report(next.value);
      next = await run.next();
    }
    printer.finish(next.value);
    return next.value;
  } finally {
    printer.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    registry?.close();
  }
}

function settingsOf({ recipe, config, set, seed, vectors }: TrainOptions): { config: RunConfig; seed: number } {
  const assigned = { ...parseAssignments(set ?? []), ...(vectors !== undefined && { vectors }) };
  const fromFile = config === undefined ? {} : readConfigFile(config);
  const merged: Record<string, unknown> = { ...findRecipe(recipe).options, ...fromFile, ...assigned };
  const seedText = seed ?? merged.seed ?? 0;
  delete merged.seed;
  const seedNumber = Number(seedText);
  if (!Number.isSafeInteger(seedNumber) || seedNumber < 0 || String(seedText).trim() === '') {
    throw new AppError('invalid_argument', `--seed: expected a whole number from 0, found ${JSON.stringify(seedText)}`);
  }
  return { config: parseRunConfig(merged, config === undefined ? '--set' : `--set or ${config}`), seed: seedNumber };
}

function readConfigFile(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (cause) {
    throw new AppError('invalid_config', `--config: cannot read "${path}" as JSON: ${messageOf(cause)}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new AppError('invalid_config', `--config: expected a JSON object in "${path}"`);
}

function kernelChoice(name: string | undefined): KernelChoice | undefined {
  const choice = KERNEL_CHOICES.find((candidate) => candidate === name);
  if (choice || name === undefined) return choice;
  throw new AppError('invalid_argument', `--kernels: expected one of ${KERNEL_CHOICES.join(', ')}, found "${name}"`);
}

function workerCount(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const workers = Number(text);
  if (Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS) return workers;
  throw new AppError(
    'invalid_argument',
    `--workers: expected a whole number from 1 to ${MOST_WORKERS}, found "${text}"`,
  );
}

async function readParts(
  { train, dev, test }: TrainOptions,
  seed: number,
): Promise<{ train: CorpusPart; dev: CorpusPart; test?: CorpusPart }> {
  const testPart = test ?? (train ? undefined : BUNDLED_CORPUS.test);
  const trainPart = await readPart(train ?? [BUNDLED_CORPUS.train]);
  const devFile = dev ?? (train ? undefined : BUNDLED_CORPUS.dev);
  const rest = testPart === undefined ? {} : { test: await readPart([testPart]) };
  if (devFile !== undefined) return { train: trainPart, dev: await readPart([devFile]), ...rest };
  const split = splitCorpus(trainPart.sentences, {
    shares: { train: 1 - DEV_SHARE, dev: DEV_SHARE, test: 0 },
    random: createRandom(seed).fork('split'),
  });
  return {
    train: { ...trainPart, sentences: split.train },
    dev: { name: `a tenth of ${trainPart.name}`, sentences: split.dev },
    ...rest,
  };
}

async function readPart(files: readonly string[]): Promise<CorpusPart> {
  const sentences: LabelledSentence[] = [];
  for (const file of files) {
    const { sentences: read, report } = await readCorpusFile(file);
    const firstDocument = sentences.length === 0 ? 0 : sentences[sentences.length - 1].document + 1;
    for (const sentence of read) sentences.push({ ...sentence, document: sentence.document + firstDocument });
    noteRepairs(report);
  }
  return { name: files.map((file) => basename(file)).join(', '), sentences };
}

/** `models/names`, then `models/names-2` and so on: without --output no earlier model is replaced. */
function defaultOutput(name: string): string {
  for (let n = 1; ; n++) {
    const path = join(MODELS_DIRECTORY, n === 1 ? name : `${name}-${n}`);
    if (!existsSync(path)) return path;
  }
}

/** A registry that cannot be opened must not keep anyone from training. */
function openRegistryIfPossible(): Registry | undefined {
  try {
    return openHomeRegistry();
  } catch (error) {
    note(`onomast: the run will not be recorded: ${messageOf(error)}`);
    return undefined;
  }
}
