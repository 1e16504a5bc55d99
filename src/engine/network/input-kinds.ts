import { allocateMatrix, type Matrix, NO_GRADIENT, type PassContext, type Step } from '#engine/core/layer.js';
import type { Parameters } from '#engine/core/layer-kind.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import type { Ints, Kernels } from '#engine/kernels/kernels.js';
import type { CharacterBatch } from '#engine/layers/character-batch.js';
import {
  type CharacterConvolutionOptions,
  characterConvolution,
  characterConvolutionSpecs,
} from '#engine/layers/character-convolution.js';
import { type EmbeddingOptions, embedding, embeddingSpecs, type OutputColumns } from '#engine/layers/embedding.js';
import { invalidPlan } from './layer-kinds.js';

/** The words of a minibatch, as integers. */
export interface WordBatch {
  readonly layout: PackedLayout;
  /** `ids[f]` (N): feature f of every row, -1 where the word has none. */
  readonly ids: readonly Int32Array[];
  /** Where the network looks at characters. */
  readonly characters?: CharacterBatch;
}

/** One table of rows looked up by the ids of one feature. */
interface FeatureOptions extends EmbeddingOptions {
  /** Which of a word's ids look rows up. */
  readonly feature: number;
  /** Its rows are added to those of the input before it, which must be as wide, not laid beside them. */
  readonly isAddend?: boolean;
  /** In training each id is replaced by `unknownId` with this probability. */
  readonly wordDropout?: { readonly rate: number; readonly unknownId: number };
}

/** Everything the program knows of one kind of input: see `LayerKind`. */
interface InputKind<Options> {
  columns(options: Options): number;
  parameters(options: Options): ParameterSpec[];
  isTrainable(options: Options): boolean;
  /** Writes its columns and returns the function that adds the gradient back. */
  forward(
    context: PassContext,
    parameters: Parameters,
    words: WordBatch,
    options: Options & OutputColumns,
  ): (dOut: Matrix) => void;
  /** A few words for people. */
  describe(options: Options): string;
}

const embeddingKind: InputKind<FeatureOptions> = {
  columns: ({ columns }) => columns,
  parameters: embeddingSpecs,
  isTrainable: ({ isTrainable }) => isTrainable,
  forward(context, parameters, words, options) {
    const ids = arenaIds(context.kernels, words.ids[options.feature]);
    dropWords(context, ids, options);
    return embedding(context, parameters, ids, options);
  },
  describe: ({ name, columns, isAddend }) => `${name} ${isAddend ? 'added' : columns}`,
};

const charactersKind: InputKind<CharacterConvolutionOptions> = {
  columns: ({ filters }) => filters,
  parameters: characterConvolutionSpecs,
  isTrainable: () => true,
  forward: (context, parameters, words, options) =>
    characterConvolution(context, parameters, words.characters!, options),
  describe: ({ filters }) => `${filters} character filters`,
};

/** Every kind of input that a plan may name: the one place to enter a new one. */
const INPUT_KINDS = { embedding: embeddingKind, characters: charactersKind } as const;

/** One input of a plan: its kind, and the options of that kind. */
export type InputPlan = {
  [Kind in keyof typeof INPUT_KINDS]: (typeof INPUT_KINDS)[Kind] extends InputKind<infer Options>
    ? { readonly kind: Kind } & Options
    : never;
}[keyof typeof INPUT_KINDS];

/** @throws {AppError} `invalid_plan` for a kind that is not in the table. */
function kindOf(input: InputPlan): InputKind<InputPlan> {
  if (!Object.hasOwn(INPUT_KINDS, input.kind)) {
    throw invalidPlan(
      `there is no input of the kind ${JSON.stringify(input.kind)}, only ${Object.keys(INPUT_KINDS).join(', ')}`,
    );
  }
  return INPUT_KINDS[input.kind] as InputKind<InputPlan>;
}

export function inputSpecs(inputs: readonly InputPlan[]): ParameterSpec[] {
  return inputs.flatMap((input) => kindOf(input).parameters(input));
}

export function describeInput(input: InputPlan): string {
  return kindOf(input).describe(input);
}

/**
 * Columns that describe one word.
 *
 * @throws {AppError} `invalid_plan` for an addend that is not as wide as the input it is added to.
 */
export function columnsOfWord(inputs: readonly InputPlan[]): number {
  return placesOf(inputs).width;
}

/** The vector of every word (N, E), E being `columnsOfWord`. The backward pass ends here: words have no gradient. */
export function embedWords(
  context: PassContext,
  parameters: Parameters,
  words: WordBatch,
  inputs: readonly InputPlan[],
): Step {
  const { layout } = words;
  const { width, columns } = placesOf(inputs);
  const isConstant = inputs.every((input) => !kindOf(input).isTrainable(input));
  const output = { ...allocateMatrix(context.kernels, layout.rows, width), layout, isConstant };
  const backwards = inputs.map((input, i) =>
    kindOf(input).forward(context, parameters, words, { ...input, out: output, column: columns[i] }),
  );
  return {
    output,
    backward(dOutput) {
      for (const back of backwards) back(dOutput);
      return NO_GRADIENT;
    },
  };
}

/** Where each input's columns begin, and how many there are in all. */
function placesOf(inputs: readonly InputPlan[]): { readonly width: number; readonly columns: readonly number[] } {
  let width = 0;
  let last = 0;
  const columns = inputs.map((input) => {
    const own = kindOf(input).columns(input);
    if (input.kind === 'embedding' && input.isAddend) {
      if (own === last) return width - own;
      throw invalidPlan(
        `the addend "${input.name}" must have the ${last} columns of the input before it, found ${own}`,
      );
    }
    last = own;
    width += own;
    return width - own;
  });
  return { width, columns };
}

/** Kernels read only memory of their own. */
export function arenaIds(kernels: Kernels, ids: Int32Array): Ints {
  const own = kernels.arena.ints(ids.length);
  own.set(ids);
  return own;
}

function dropWords({ training, random }: PassContext, ids: Ints, { wordDropout }: FeatureOptions): void {
  if (!training || !wordDropout) return;
  const { rate, unknownId } = wordDropout;
  const draws = random.fork('word-dropout');
  for (let i = 0; i < ids.length; i++) if (draws.next() < rate) ids[i] = unknownId;
}
