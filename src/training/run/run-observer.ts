import { AppError, messageOf } from '#base/errors.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import type { RunConfig } from '#training/config/training-config.js';
import type { EpochReport, NoticeReport, Timing } from '#training/reports/reports.js';

/** What a training is told by, before its first step. */
export interface StartedRun {
  readonly runId: string;
  readonly config: RunConfig;
  readonly seed: number;
  readonly dataSha256: string;
  /** Absolute path of the model's directory. */
  readonly output: string;
  readonly isResumed: boolean;
}

/** A model that was saved. */
export interface SavedModel {
  /** What the request calls it; undefined for the name of its directory. */
  readonly name: string | undefined;
  readonly meta: ModelMeta;
}

/**
 * Keeps the record of one training. Each method may throw: a record that cannot be written must not cost a trained model,
 * so the training goes on and says so in a notice.
 */
export interface RunObserver {
  started(run: StartedRun): void;
  epoch(report: EpochReport & Timing): void;
  /** Returns the version the model was registered as; null if it was not. */
  finished(model: SavedModel): number | null;
  failed(status: 'interrupted' | 'failed', message: string): void;
}

/** An observer that never throws. */
export interface GuardedObserver extends Omit<RunObserver, 'failed'> {
  failed(error: unknown): void;
  /** What went wrong since the last call. */
  notices(): NoticeReport[];
}

/**
 * After its first failure the observer is not called again, for each try may wait seconds for a lock; only the finished
 * model is worth another try.
 */
export function guardObserver(observer: RunObserver | undefined): GuardedObserver {
  let notices: NoticeReport[] = [];
  let isListening = true;
  const tell = <T>(write: (observer: RunObserver) => T): T | null => {
    if (!observer || !isListening) return null;
    try {
      return write(observer);
    } catch (error) {
      isListening = false;
      notices.push({ type: 'notice', message: `not recorded: ${messageOf(error)}` });
      return null;
    }
  };
  return {
    started: (run) => void tell((open) => open.started(run)),
    epoch: (report) => void tell((open) => open.epoch(report)),
    finished(model) {
      isListening = true;
      return tell((open) => open.finished(model));
    },
    failed(error) {
      const status = error instanceof AppError && error.code === 'interrupted' ? 'interrupted' : 'failed';
      tell((open) => open.failed(status, messageOf(error)));
    },
    notices() {
      const pending = notices;
      notices = [];
      return pending;
    },
  };
}
