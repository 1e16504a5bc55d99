import { basename } from 'node:path';
import { createTrainingPrinter } from '#app/cli/training-printer.js';
import { chooseVectors } from '#app/services/choose-vectors.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { parseAssignments } from '#tagging/model/config-options.js';
import { loadModel } from '#tagging/model/model-directory.js';
import { findRecipe } from '#training/config/recipes.js';
import { parseRunConfig } from '#training/config/training-config.js';
import { runTraining } from '#training/run/training-run.js';
import type { TrainingData } from './data.js';
import { readNameLists } from './name-lists.js';
import { RECIPE, type Stage } from './recipe.js';

export interface TrainOptions {
  readonly corpus: TrainingData;
  readonly stage: Stage;
  /** Directory of the model whose weights are the start. */
  readonly base?: string;
  /** Directory of the lists of names. */
  readonly lists: string;
  readonly output: string;
  /** As for `onomast train`. */
  readonly set: readonly string[];
  readonly seed: number;
  readonly workers: number;
  readonly resume: boolean;
  readonly maxBytes: number;
}

/**
 * Trains by the recipe, showing progress, and leaves the model in `output`.
 *
 * @throws {Error} at once if the model is going to be larger than `maxBytes`
 */
export async function trainModel(options: TrainOptions): Promise<void> {
  const { corpus, stage, base, lists, output, set, seed, workers, resume, maxBytes } = options;
  const settings = { ...findRecipe(RECIPE.recipe).options, ...RECIPE.set, ...stage.set, ...parseAssignments(set) };
  const config = parseRunConfig(settings, 'recipe');
  const { vectors, notice } = chooseVectors(config.training.vectors, corpus.train);
  console.error(notice);
  const { kernels, notice: kernelNotice } = await selectKernels(RECIPE.kernels);
  if (kernelNotice) console.error(kernelNotice);

  // In kernels of its own: threads that share a memory take the same arrays in the same order.
  const start = base !== undefined && {
    name: basename(base),
    model: loadModel(base, (await selectKernels('reference')).kernels).model,
  };

  const controller = new AbortController();
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const printer = createTrainingPrinter({});
  try {
    const run = runTraining({
      train: { name: corpus.sources.map(({ corpus: { id } }) => `${id} train`).join(', '), sentences: corpus.train },
      dev: { name: 'held out', sentences: corpus.dev },
      output,
      config,
      ...(config.training.name_replacement > 0 && { names: readNameLists({ directory: lists, seed }) }),
      ...(vectors && { vectors }),
      ...(start && { base: start }),
      seed,
      resume,
      kernels,
      threads: workers,
      signal: controller.signal,
    });
    for await (const report of run) {
      if (report.type === 'start')
        assertSizeExpected(report.parameters, { vectors, maxBytes, isCompact: config.model.quantize_embeddings });
      printer.report(report);
    }
  } finally {
    printer.clear();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Told before hours of training, not after them. */
function assertSizeExpected(
  parameters: number,
  {
    vectors,
    maxBytes,
    isCompact,
  }: {
    readonly vectors: { readonly file: Uint8Array } | undefined;
    readonly maxBytes: number;
    readonly isCompact: boolean;
  },
): void {
  const weights = (isCompact ? 1 : 4) * parameters;
  const table = vectors?.file.length ?? 0;
  if (weights + table <= maxBytes) return;
  throw new Error(
    `the model would have more than ${weights + table} bytes, the limit is ${maxBytes}: ${weights} for ${parameters} ` +
      `parameters, ${table} for vectors; settings that make it smaller are word_limit, word_min_count, hidden_size, char_filters`,
  );
}
