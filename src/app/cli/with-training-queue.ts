import { openTrainingQueue, type TrainingQueue } from '#app/bulk/training-queue.js';
import type { KernelChoice } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { note } from './output.js';

/** What a training needs to know of `--queue`. */
export interface QueueFlags {
  readonly queue?: string;
  readonly kernels?: KernelChoice | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs what trains, with the queue that was named, if one was, to have trainings done elsewhere. */
export async function* withTrainingQueue<Report, Result>(
  { queue: url, kernels, signal }: QueueFlags,
  train: (trainElsewhere: TrainingQueue['train'] | undefined) => AsyncGenerator<Report, Result>,
): AsyncGenerator<Report, Result> {
  if (url === undefined) return yield* train(undefined);
  const { name } = selectKernels(kernels).kernels;
  const queue = await openTrainingQueue({ url, kernels: name, notice: (text) => note(`onomast: ${text}`), signal });
  try {
    return yield* train(queue.train);
  } finally {
    await queue.close();
  }
}
