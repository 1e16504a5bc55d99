import type { Registry } from '#app/store/registry.js';
import { AppError, messageOf } from '#base/errors.js';
import type { ModelMeta } from '#tagging/model/model-directory.js';
import { flatConfig } from '#training/config/training-config.js';
import type { EpochReport } from '#training/loop/trainer.js';
import type { Timing } from './run-clock.js';
import type { TrainingRequest } from './training-run.js';

/** Something the person should know that does not stop the training. */
export interface NoticeReport {
  readonly type: 'notice';
  readonly message: string;
}

/**
 * What the registry is told, when there is one. A database that is locked or full must not cost a trained model: its
 * first complaint becomes a notice, and then it is left in peace, for each try may wait seconds for a lock. Only the
 * finished model is worth another try.
 */
export function recordRun(
  { registry, config, seed, modelName }: TrainingRequest,
  run: { runId: string; dataSha256: string; output: string; isResumed: boolean },
): {
  epoch(report: EpochReport, timing: Timing): void;
  model(meta: ModelMeta): number | null;
  failure(error: unknown): void;
  notices(): NoticeReport[];
} {
  const { runId, dataSha256, output } = run;
  let notices: NoticeReport[] = [];
  let isListening = true;
  const tell = <T>(write: (registry: Registry) => T): T | null => {
    if (!registry || !isListening) return null;
    try {
      return write(registry);
    } catch (error) {
      isListening = false;
      notices.push({ type: 'notice', message: `not recorded: ${messageOf(error)}` });
      return null;
    }
  };
  const hasRun = tell(({ runs }) => {
    const isKnown = run.isResumed && runs.list().some(({ id }) => id === runId);
    if (isKnown) runs.resumeRun(runId);
    else runs.createRun({ id: runId, config: flatConfig(config), seed, dataSha256, output });
    return true;
  });
  return {
    epoch({ epoch, step, loss, learningRate, gradientNorm, dev }, { tokensPerSecond, seconds }) {
      if (!dev) return;
      const { precision: devPrecision, recall: devRecall, f1: devF1 } = dev.micro;
      const scores = { devPrecision, devRecall, devF1 };
      const epochRow = { epoch, step, loss, learningRate, gradientNorm, tokensPerSecond, seconds, ...scores };
      tell(({ runs }) => runs.recordEpoch(runId, epochRow));
    },
    model(meta) {
      const model = {
        name: registryName(modelName ?? meta.name),
        path: output,
        weightsSha256: meta.weights_sha256,
        dataSha256,
        labels: meta.labels,
        scores: overallScores(meta),
        config: flatConfig(config),
      };
      isListening = true;
      return tell((open) =>
        hasRun ? open.completeRun(runId, { ...model, runId }) : open.models.register(model).version,
      );
    },
    failure(error) {
      const status = error instanceof AppError && error.code === 'interrupted' ? 'interrupted' : 'failed';
      tell(({ runs }) => runs.finishRun(runId, status, { error: messageOf(error) }));
    },
    notices() {
      const pending = notices;
      notices = [];
      return pending;
    },
  };
}

function overallScores(meta: ModelMeta): { precision: number; recall: number; f1: number } {
  const dev = meta.performance.dev as Record<string, number>;
  return { precision: dev.overall_precision, recall: dev.overall_recall, f1: dev.overall_f1 };
}

/** A directory may bear any name; a registered model's is letters, digits, `.`, `_` and `-`. */
function registryName(directory: string): string {
  const legal = directory.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '');
  return [...legal].slice(0, 64).join('') || 'model';
}
