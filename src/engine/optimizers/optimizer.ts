import type { ParameterSet } from '#engine/core/parameter.js';
import type { Floats, Ints, Kernels } from '#engine/kernels/kernels.js';

/** Moves the parameters against their gradients. `state` is what a checkpoint must hold to go on exactly. */
export interface Optimizer {
  readonly name: OptimizerName;
  /**
   * Moves elements `from` up to but not including `to` of `parameters.values` by `parameters.grad`, so that several threads
   * can share an update.
   */
  update(range: UpdateRange): void;
  /**
   * Moves some rows of a table; all others rest, their moments included, as in PyTorch's SparseAdam. Sparse rows use
   * beta1 = 0: momentum would keep moving a row in steps without a gradient for it. Weight decay is left to `decay`, which
   * concerns the resting rows as well.
   */
  updateRows(rows: UpdateRows): void;
  /** The decoupled weight decay of one step, of elements `from` up to but not including `to`. A part of `update`. */
  decay(range: Omit<UpdateRange, 'step'>): void;
  /** Moments, each as long as `parameters.values`, under stable names. */
  readonly state: Readonly<Record<string, Floats>>;
}

interface StepSize {
  /** Counts updates from 1; Adam's bias correction depends on it. */
  readonly step: number;
  readonly learningRate: number;
}

export interface UpdateRange extends StepSize {
  readonly from: number;
  readonly to: number;
}

/** Rows `ids` of the table that begins at element `from` of `parameters.values`. */
export interface UpdateRows extends StepSize {
  readonly from: number;
  /** Elements of a row. */
  readonly width: number;
  /** (M) from 0, all different. */
  readonly ids: Ints;
  /** (M, width), instead of `parameters.grad`. */
  readonly gradient: Floats;
}

export const OPTIMIZER_NAMES = ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof OPTIMIZER_NAMES)[number];

/** What each optimiser keeps of every learned number, by the names under which a checkpoint holds them. */
export const MOMENTS = {
  sgd: [],
  momentum: ['velocity'],
  rmsprop: ['secondMoment'],
  adam: ['firstMoment', 'secondMoment'],
  adamw: ['firstMoment', 'secondMoment'],
} as const satisfies Readonly<Record<OptimizerName, readonly string[]>>;

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

/** What tells one optimiser from another. */
export interface OptimizerRule {
  readonly name: OptimizerName;
  /** The share that weights lose per unit of learning rate, apart from their gradient; `apply` takes it too. */
  readonly decay?: number;
  /** Moves n values by their gradient, given as many elements of each moment. */
  apply(elements: RuleElements): void;
}

export interface RuleElements extends StepSize {
  readonly values: Floats;
  readonly gradient: Floats;
  readonly moments: readonly Floats[];
  readonly n: number;
  readonly hasMomentum: boolean;
  /** Weights decay, biases do not. */
  readonly decays: boolean;
}

export function optimizerFor({ kernels, parameters }: OptimizerInput, rule: OptimizerRule): Optimizer {
  const { values, grad, decayingCount } = parameters;
  const names = MOMENTS[rule.name];
  const moments = names.map(() => kernels.floats(values.length));

  const updatePart = ({ from, to, ...size }: UpdateRange): void => {
    if (to <= from) return;
    rule.apply({
      values: values.subarray(from, to),
      gradient: grad.subarray(from, to),
      moments: moments.map((moment) => moment.subarray(from, to)),
      n: to - from,
      hasMomentum: true,
      decays: from < decayingCount,
      ...size,
    });
  };

  return {
    name: rule.name,
    state: Object.fromEntries(names.map((name, m) => [name, moments[m]])),
    update(range) {
      const { from, to } = range;
      updatePart({ ...range, to: Math.min(to, decayingCount) });
      updatePart({ ...range, from: Math.max(from, decayingCount) });
    },
    updateRows({ from, width, ids, gradient, ...size }) {
      const { arena } = kernels;
      const position = arena.position;
      const n = ids.length * width;
      const tables = [values, ...moments].map((array) => array.subarray(from));
      const rows = tables.map((table) => {
        const own = arena.floats(n);
        kernels.gatherRows(own, table, ids, ids.length, width, width, 0);
        return own;
      });
      const [ownValues, ...ownMoments] = rows;
      rule.apply({
        values: ownValues,
        gradient,
        moments: ownMoments,
        n,
        hasMomentum: false,
        decays: false,
        ...size,
      });
      tables.forEach((table, t) => {
        kernels.putRows(table, rows[t], ids, ids.length, width);
      });
      arena.release(position);
    },
    decay({ from, to, learningRate }) {
      const n = Math.min(to, decayingCount) - from;
      if (rule.decay && n > 0) kernels.scale(values.subarray(from, from + n), 1 - learningRate * rule.decay, n);
    },
  };
}
