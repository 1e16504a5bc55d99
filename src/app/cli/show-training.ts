import type { TrainReport, TrainResult } from '#app/services/train.js';
import { createTrainingPrinter } from './training-printer.js';

export interface ShowOptions {
  /** One JSON object a line instead of the table. */
  readonly json?: boolean;
  /** Nothing but the result and what went wrong. */
  readonly quiet?: boolean;
}

/**
 * Runs a training to its end and shows it on the terminal. The signals that end a program end the training instead, which
 * then leaves a checkpoint.
 *
 * @param train Begins the training, which ends early when the signal is aborted.
 */
export async function showTraining(
  train: (signal: AbortSignal) => AsyncGenerator<TrainReport, TrainResult>,
  options: ShowOptions = {},
): Promise<TrainResult> {
  const printer = createTrainingPrinter(options);
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const run = train(controller.signal);
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
  }
}
