import type { Floats, Kernels } from '../kernels/kernels.js';
import type { ParameterSet } from '../network/parameter.js';

/** Moves the parameters against their gradients. `state` is what a checkpoint must hold to go on exactly. */
export interface Optimizer {
  readonly name: OptimizerName;
  /**
   * Moves elements `from` up to but not including `to` of `parameters.values` by `parameters.grad`, so that several threads
   * can share an update. `step` counts updates from 1; Adam's bias correction depends on it.
   */
  update(range: UpdateRange): void;
  /** Moments, each as long as `parameters.values`, under stable names. */
  readonly state: Readonly<Record<string, Floats>>;
}

export interface UpdateRange {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly learningRate: number;
}

export const OPTIMIZER_NAMES = ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

export interface OptimizerOptions {
  /** Weight of the past in the first moment; momentum and Adam. */
  readonly beta1: number;
  /** Weight of the past in the second moment; RMSprop and Adam. */
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled weight decay, a share of each weight per unit of learning rate; AdamW only. */
  readonly weightDecay: number;
}

/** What every optimiser is made from. */
export interface OptimizerInput {
  readonly kernels: Kernels;
  readonly parameters: ParameterSet;
  readonly options: OptimizerOptions;
}
