import { basename } from 'node:path';
import { showTraining } from '#app/cli/show-training.js';
import { train } from '#app/services/train.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { parseAssignments } from '#tagging/model/config-options.js';
import { loadModel } from '#tagging/model/model-directory.js';
import { findRecipe } from '#training/config/recipes.js';
import { parseRunConfig } from '#training/config/training-config.js';
import type { StartReport } from '#training/reports/reports.js';
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
  // In kernels of its own: threads that share a memory take the same arrays in the same order.
  const start = base !== undefined && {
    name: basename(base),
    model: loadModel(base, selectKernels('reference').kernels).model,
  };
  const request = {
    train: { name: corpus.sources.map(({ corpus: { id } }) => `${id} train`).join(', '), sentences: corpus.train },
    dev: { name: 'held out', sentences: corpus.dev },
    output,
    config,
    ...(config.training.name_replacement > 0 && { names: readNameLists({ directory: lists, seed }) }),
    ...(start && { base: start }),
    seed,
    resume,
    kernels: RECIPE.kernels,
    workers,
    isRecorded: false,
    activation: 'never',
  } as const;
  const isCompact = config.model.quantize_embeddings;
  await showTraining((signal) => ofBoundedSize(train({ ...request, signal }), { maxBytes, isCompact }));
}

/** The same training, that ends at its beginning if the model is going to be too large. */
async function* ofBoundedSize(
  run: ReturnType<typeof train>,
  limit: { readonly maxBytes: number; readonly isCompact: boolean },
): ReturnType<typeof train> {
  let next = await run.next();
  while (!next.done) {
    if (next.value.type === 'start') assertSizeExpected(next.value, limit);
    yield next.value;
    next = await run.next();
  }
  return next.value;
}

/** Told before hours of training, not after them. */
function assertSizeExpected(
  { parameters, vectorBytes: table }: Pick<StartReport, 'parameters' | 'vectorBytes'>,
  { maxBytes, isCompact }: { readonly maxBytes: number; readonly isCompact: boolean },
): void {
  const weights = (isCompact ? 1 : 4) * parameters;
  if (weights + table <= maxBytes) return;
  throw new Error(
    `the model would have more than ${weights + table} bytes, the limit is ${maxBytes}: ${weights} for ${parameters} ` +
      `parameters, ${table} for vectors; settings that make it smaller are word_limit, word_min_count, hidden_size, char_filters`,
  );
}
