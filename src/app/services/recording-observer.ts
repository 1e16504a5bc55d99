import type { Registry } from '#app/store/registry.js';
import type { NewRun } from '#app/store/run-record.js';
import type { ModelMeta } from '#tagging/model/model-files.js';
import { flatConfig } from '#training/config/training-config.js';
import type { RunObserver, StartedRun } from '#training/run/run-observer.js';

/** Of an epoch that was not scored; recorded as null. */
const UNKNOWN = { precision: Number.NaN, recall: Number.NaN, f1: Number.NaN };

/** Keeps the record of a training in the registry, and registers its model there. */
export function createRecordingObserver(
  registry: Pick<Registry, 'runs' | 'models' | 'completeRun'>,
  called: Pick<NewRun, 'corpus' | 'recipe'> = {},
): RunObserver {
  const { runs, models } = registry;
  let begun: StartedRun | undefined;
  let hasRun = false;
  const runId = (): string => begun?.runId ?? '';
  return {
    started(run) {
      begun = run;
      hasRun = false;
      const { config, seed, dataSha256, output } = run;
      const isKnown = run.isResumed && runs.list().some(({ id }) => id === run.runId);
      if (isKnown) runs.resumeRun(run.runId);
      else runs.createRun({ id: run.runId, config: flatConfig(config), seed, dataSha256, output, ...called });
      hasRun = true;
    },
    epoch({ epoch, step, loss, learningRate, gradientNorm, dev, tokensPerSecond, seconds }) {
      const { precision: devPrecision, recall: devRecall, f1: devF1 } = dev?.micro ?? UNKNOWN;
      const scores = { devPrecision, devRecall, devF1 };
      runs.recordEpoch(runId(), { epoch, step, loss, learningRate, gradientNorm, tokensPerSecond, seconds, ...scores });
    },
    finished({ name, meta }) {
      if (!begun) return null;
      const model = {
        name: registryName(name ?? meta.name),
        path: begun.output,
        weightsSha256: meta.weights_sha256,
        dataSha256: begun.dataSha256,
        labels: meta.labels,
        scores: overallScores(meta),
        config: flatConfig(begun.config),
      };
      return hasRun ? registry.completeRun(runId(), { ...model, runId: runId() }) : models.register(model).version;
    },
    failed: (status, message) => runs.finishRun(runId(), status, { error: message }),
  };
}

function overallScores(meta: ModelMeta): { precision: number; recall: number; f1: number } {
  const dev = meta.performance.dev as Record<string, number>;
  return { precision: dev.overall_precision, recall: dev.overall_recall, f1: dev.overall_f1 };
}

/** A directory may bear any name; a registered model's is letters, digits, `.`, `_` and `-`. */
export function registryName(directory: string): string {
  const legal = directory.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+/u, '');
  return [...legal].slice(0, 64).join('') || 'model';
}
