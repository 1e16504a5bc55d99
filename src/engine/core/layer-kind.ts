import type { Kernels } from '#engine/kernels/kernels.js';
import type { Matrix, PassContext, Sequence, Step } from './layer.js';
import type { ParameterSet, ParameterSpec } from './parameter.js';

/** Where a layer finds its parameters, by their full names. */
export type Parameters = Pick<ParameterSet, 'get'>;

/** The calling convention of every layer: what a pass may use, the parameters, the input, and what the plan says of the layer. */
export type Layer<Options> = (context: PassContext, parameters: Parameters, x: Sequence, options: Options) => Step;

/**
 * Everything the program knows of one kind of layer. Whatever reads a network plan (training, tagging, counting
 * parameters, checking gradients) asks here, so that a new kind is one file and one entry in the table of kinds.
 */
export interface LayerKind<Options> {
  /** Columns its input must have; undefined if any will do. */
  inputs(options: Options): number | undefined;
  /** Columns of its output for an input of so many. */
  outputs(options: Options, columns: number): number;
  parameters(options: Options): ParameterSpec[];
  readonly forward: Layer<Options>;
  /** A few words for people: "lstm, 128 hidden units". */
  describe(options: Options): string;
  /** Why it cannot be run word by word; undefined if it can, and then `tagging` must be able to. */
  whyNotCausal(options: Options): string | undefined;
  tagging(kernels: Kernels, parameters: Parameters, options: Options): TaggingLayer;
}

/**
 * A layer that tags: the arithmetic of its `forward` outside training, without what a backward pass would need, over whole
 * sentences or word by word.
 */
export interface TaggingLayer {
  /** Floats that it keeps between two words. Zeros begin a sentence. */
  readonly stateSize: number;
  /** Takes over weights that have changed; to be called once before anything else. */
  refresh(): void;
  sequence(x: Sequence): Sequence;
  /** One word (1, C). `state.after` is filled; both are memory of the kernels. */
  step(x: Matrix, state: LayerState): Matrix;
}

/** What a layer keeps of the words before, and of those up to the current one. */
export interface LayerState {
  readonly before: Matrix['values'];
  readonly after: Matrix['values'];
}

/** The tagging form of a layer that looks at every row by itself. */
export function rowByRow(run: (x: Matrix) => Matrix, refresh: () => void = () => {}): TaggingLayer {
  return { stateSize: 0, refresh, sequence: (x) => ({ ...run(x), layout: x.layout }), step: run };
}

/** Tagging layers one after the other as one; their states lie one after the other too. */
export function inSequence(layers: readonly TaggingLayer[]): TaggingLayer {
  const starts = layers.map((_, l) => layers.slice(0, l).reduce((sum, { stateSize }) => sum + stateSize, 0));
  return {
    stateSize: layers.reduce((sum, { stateSize }) => sum + stateSize, 0),
    refresh() {
      for (const layer of layers) layer.refresh();
    },
    sequence: (x) => layers.reduce((input, layer) => layer.sequence(input), x),
    step: (x, { before, after }) =>
      layers.reduce((input, layer, l) => {
        const own = (state: LayerState['before']) => state.subarray(starts[l], starts[l] + layer.stateSize);
        return layer.step(input, { before: own(before), after: own(after) });
      }, x),
  };
}
