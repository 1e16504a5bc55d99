import type { PassContext, Sequence, Step } from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import type { Floats, Kernels } from '#engine/kernels/kernels.js';

/** What the parameters of one direction of one layer are called: `rnn.weight_ih_l0`, as in PyTorch. */
export interface CellNames {
  /** Before the dot: `rnn`. */
  readonly name: string;
  /** After the kind of parameter: `l0`, `l1_reverse`. */
  readonly suffix: string;
}

export interface CellOptions extends CellNames {
  /** I */
  readonly inputs: number;
  /** H */
  readonly hidden: number;
}

/**
 * A recurrent cell, in both of its forms: over whole sentences with a backward pass, and one timestep at a time for
 * tagging. Its parameters are `weight_ih` (G, I), `weight_hh` (G, H), `bias_ih` (G) and what else it needs, G being
 * `gates` times H.
 */
export interface Cell {
  /** Gates and candidates: rows of its weights for every unit. */
  readonly gates: number;
  /** Whether it keeps a cell state beside the hidden state. */
  readonly hasCellState: boolean;
  parameters(options: CellOptions): ParameterSpec[];
  /**
   * x (N, I) -> (N, H), left to right, every sentence from a state of zeros.
   *
   * `stateMask` (B, H) multiplies the state before W_hh sees it, the same at every timestep: variational dropout.
   */
  sequence(
    context: PassContext,
    parameters: Parameters,
    x: Sequence,
    options: CellNames & { readonly stateMask?: Floats | undefined },
  ): Step;
  /** Prepares the single step. */
  step(parts: StepParts): (step: Timestep) => void;
}

/** What a cell makes its single step of. */
export interface StepParts {
  readonly kernels: Kernels;
  /** H */
  readonly hidden: number;
  /** One of the cell's own parameters: `parameter('bias_hh')`. */
  parameter(part: string): Floats;
  /** out (rows, G) += the hidden states before, times W_hh^T; nothing where they are zeros. */
  addRecurrent(out: Floats, step: Timestep): void;
}

/** One timestep of `rows` sentences, in memory of the kernels. */
export interface Timestep {
  readonly rows: number;
  /** The states before are all zeros: there is nothing to multiply. */
  readonly isFirst: boolean;
  /** (rows, G): W_ih x + b; overwritten. */
  readonly input: Floats;
  /** (rows, H) each: the states before. */
  readonly hiddenBefore: Floats;
  readonly cellBefore: Floats;
  /** (rows, H) each: the states after; `cell` is only filled by a cell with a cell state. */
  readonly hidden: Floats;
  readonly cell: Floats;
}
