import { AppError } from '#base/errors.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { clippingScale } from '#engine/optimizers/gradient-clipping.js';
import { learningRateAt } from '#engine/optimizers/schedules.js';
import type { Evaluation } from '#tagging/evaluation/span-scores.js';
import { roundTables, type TaggerModel } from '#tagging/model/tagger-model.js';
import { createFinitenessCheck } from '#training/checks/divergence.js';
import { explainEvaluation } from '#training/checks/out-of-memory.js';
import type { TrainingConfig } from '#training/config/training-config.js';
import { trainingPlan } from '#training/config/training-plan.js';
import type { EpochReport, TrainingOutcome, TrainingReport } from '#training/reports/reports.js';
import type { StepEngine } from '#training/step/step-engine.js';
import type { StepRunner } from '#training/step/step-runner.js';
import { createEarlyStopping } from './early-stopping.js';
import { fitOutsideBias } from './tune-outside-bias.js';

/** All that must be kept to go on exactly; random numbers are addressed by step and need no state. */
export interface TrainerState {
  readonly cursor: {
    /** Epochs finished. */
    readonly epoch: number;
    /** Minibatches of the current epoch done. */
    readonly batch: number;
    readonly step: number;
    readonly lossSum: number;
    readonly normSum: number;
    readonly tokens: number;
    readonly best: { readonly score: number; readonly epoch: number };
  };
  /** Live arrays, by name: weights, their average, the best so far, the optimiser's moments. */
  readonly arrays: Readonly<Record<string, Floats>>;
}

export interface TrainerInput {
  readonly model: TaggerModel;
  readonly config: TrainingConfig;
  readonly engine: StepEngine;
  readonly runner: StepRunner;
  /** Scores the model with the weights it holds at the time of the call; undefined where no sentences are set apart for it. */
  readonly evaluate: (() => Evaluation) | undefined;
  /** Called whenever the model holds weights that may be kept. */
  readonly look?: () => void;
}

/**
 * Fits a model. `run` does the work and yields after every minibatch and every epoch; it never prints or saves. Between
 * two yields `state` may be written to a checkpoint, and `restore` brings a new trainer to the same point. When `run` is
 * done the model holds the best weights: those of the last epoch where nothing scores them.
 */
export interface Trainer {
  run(): Generator<TrainingReport, TrainingOutcome>;
  /** @throws {AppError} `numerical_failure` if the weights are not worth saving. */
  state(): TrainerState;
  restore(state: TrainerState): void;
}

export function createTrainer({ model, config, engine, runner, evaluate, look }: TrainerInput): Trainer {
  const { kernels, network } = model;
  const { values, state: kept } = network.parameters;
  const { average, batchesPerEpoch } = engine;
  const best = kernels.floats(kept.length);
  average?.reset();
  const finiteness = createFinitenessCheck(model, config);
  const plan = trainingPlan(config, batchesPerEpoch);
  const schedule = {
    name: config.schedule,
    learningRate: config.learn_rate,
    warmupSteps: config.warmup_steps,
    totalSteps: Math.min(config.max_steps || Number.POSITIVE_INFINITY, plan.epochs * batchesPerEpoch),
    decay: config.lr_decay,
    stepsPerEpoch: batchesPerEpoch,
  };
  let cursor = { epoch: 0, batch: 0, step: 0, lossSum: 0, normSum: 0, tokens: 0 };
  let stopping = createEarlyStopping(config.patience, { score: -1, epoch: 0 });

  const trainStep = (): void => {
    const { epoch, batch, step } = cursor;
    const address = { epoch, batch, step };
    const rows = engine.rowsOf(address);
    const { loss, squares } = runner.gradient(address);
    const norm = Math.sqrt(squares);
    finiteness.gradient(step + 1, { loss, norm });
    const scale = clippingScale(norm, config.grad_clip);
    runner.update({ scale, step: step + 1, learningRate: learningRateAt(step, schedule) });
    cursor = {
      epoch,
      batch: batch + 1,
      step: step + 1,
      lossSum: cursor.lossSum + loss * rows,
      normSum: cursor.normSum + norm,
      tokens: cursor.tokens + rows,
    };
  };

  /** Evaluates the averaged weights if there are any, and keeps them if they are the best. */
  const evaluateEpoch = (epoch: number): { dev: Evaluation | null; isBest: boolean } => {
    const shown = average?.average ?? values;
    const position = kernels.arena.position;
    try {
      const current = kernels.arena.floats(values.length);
      kernels.copy(current, values, values.length);
      kernels.copy(values, shown, values.length);
      const dev = evaluate?.() ?? null;
      look?.();
      const isBest = dev === null || dev.micro.gold === 0 ? stopping.keep(epoch) : stopping.update(dev.micro.f1, epoch);
      if (isBest) kernels.copy(best, kept, kept.length);
      kernels.copy(values, current, values.length);
      return { dev, isBest };
    } catch (error) {
      throw explainEvaluation(error, epoch);
    } finally {
      kernels.arena.release(position);
    }
  };

  function* run(): Generator<TrainingReport, TrainingOutcome> {
    const isOutOfSteps = (): boolean => config.max_steps > 0 && cursor.step >= config.max_steps;
    const lastEpoch = Math.min(config.stop_epoch || plan.epochs, plan.epochs);
    const isOver = (epoch: number): boolean =>
      epoch >= lastEpoch || isOutOfSteps() || (cursor.step >= plan.fewestSteps && stopping.shouldStop(epoch));
    while (cursor.batch > 0 || !isOver(cursor.epoch)) {
      // A resumed epoch is finished even if no step of it is left: its evaluation is.
      while (cursor.batch < batchesPerEpoch && !isOutOfSteps()) {
        trainStep();
        yield {
          type: 'step',
          epoch: cursor.epoch + 1,
          step: cursor.step,
          batch: cursor.batch,
          batches: batchesPerEpoch,
          loss: cursor.lossSum / cursor.tokens,
          tokens: cursor.tokens,
        };
      }
      const epoch = cursor.epoch + 1;
      finiteness.weights(cursor.step);
      // Never given up on unseen, however rarely it is evaluated.
      const evaluation = epoch % config.eval_frequency === 0 || isOver(epoch) ? evaluateEpoch(epoch) : null;
      const report: EpochReport = {
        type: 'epoch',
        epoch,
        step: cursor.step,
        loss: cursor.lossSum / cursor.tokens,
        learningRate: learningRateAt(cursor.step - 1, schedule),
        gradientNorm: cursor.normSum / cursor.batch,
        tokens: cursor.tokens,
        dev: evaluation?.dev ?? null,
        isBest: evaluation?.isBest ?? false,
      };
      cursor = { epoch, batch: 0, step: cursor.step, lossSum: 0, normSum: 0, tokens: 0 };
      yield report;
    }
    kernels.copy(kept, best, kept.length);
    if (model.config.quantize_embeddings) roundTables(model);
    const fitted = config.fit_bias && evaluate ? fitOutsideBias(model, evaluate) : { shift: 0, f1: stopping.bestScore };
    const stopped = isOutOfSteps() ? 'max_steps' : cursor.epoch >= lastEpoch ? 'max_epochs' : 'patience';
    return {
      bestEpoch: stopping.bestEpoch,
      bestF1: fitted.f1,
      outsideBiasShift: fitted.shift,
      epochs: cursor.epoch,
      stopped,
    };
  }

  const arrays = { ...engine.arrays, best };
  return {
    run,
    state() {
      finiteness.weights(cursor.step);
      return { cursor: { ...cursor, best: { score: stopping.bestScore, epoch: stopping.bestEpoch } }, arrays };
    },
    restore(state) {
      for (const [name, array] of Object.entries(arrays)) {
        const saved = state.arrays[name];
        if (saved?.length !== array.length) {
          throw new AppError(
            'damaged_checkpoint',
            `checkpoint: "${name}" must hold ${array.length} numbers, found ${saved?.length}`,
          );
        }
        array.set(saved);
      }
      const { best: bestSoFar, ...rest } = state.cursor;
      cursor = { ...rest };
      stopping = createEarlyStopping(config.patience, bestSoFar);
    },
  };
}
