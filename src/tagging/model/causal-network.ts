import { AppError } from '#base/errors.js';
import { createRandom } from '#base/random.js';
import type { Matrix, PassContext } from '#engine/core/layer.js';
import { inSequence } from '#engine/core/layer-kind.js';
import { type PackedLayout, shiftedRows } from '#engine/core/packed-layout.js';
import type { Floats } from '#engine/kernels/kernels.js';
import type { LayerPlan } from '#engine/network/layer-kinds.js';
import { taggingLayers, whyNotCausal as whyLayersAreNotCausal } from '#engine/network/layer-kinds.js';
import type { NetworkPlan } from '#engine/network/network-plan.js';
import type { RecurrentOptions } from '#engine/recurrent/recurrent.js';
import { createRecurrentTagging } from '#engine/recurrent/recurrent-tagging.js';
import { createBatch } from '#tagging/features/batch.js';
import { createProjectionCache, type ProjectedWords, type ProjectionCache } from './projection-cache.js';
import type { TaggerModel } from './tagger-model.js';

/**
 * A causal (unidirectional) network for tagging. It gives the logits of `TaggerNetwork.forward` but for rounding, and
 * sooner: what the first layer makes of a word, W_ih . features(word), is remembered word by word, so that a token's
 * pre-activation is the sum of k + 1 remembered rows; and nothing is kept for a backward pass. Sentence for sentence the
 * result has the same bits, whatever else is in the batch and whatever is remembered.
 */
export interface CausalNetwork {
  /** Takes over weights that have changed; to be called once before anything else. */
  refresh(): void;
  /** Words in the layout's order (N) -> logits (N, K) in arena memory. */
  forward(words: readonly string[], layout: PackedLayout): Matrix;

  /** Floats in a state: what the network keeps between two words. A state of zeros begins a sentence. */
  readonly stateSize: number;
  /** G: floats in an input, the sum of what the words under the right context contribute. */
  readonly inputSize: number;
  /** K */
  readonly tagCount: number;
  /** Floats of the kernels' precision, all 0. */
  createArray(length: number): Floats;
  /** Adds what `word` contributes to the input (G) of the token `distance` places before it, 0 to k. */
  addInput(input: Floats, word: string, distance: number): void;
  /** One timestep: input (G) and state -> the next state, logits (K). */
  step(arrays: StepArrays): void;
}

/** All in memory of the caller's own. */
export interface StepArrays {
  readonly input: Floats;
  readonly state: Floats;
  readonly next: Floats;
  readonly logits: Floats;
}

/** Bytes of remembered rows: 21,845 words of a plain network of 128 units with two words of look-ahead. */
const CACHE_BYTES = 32 * 2 ** 20;
const MOST_WORDS = 32_768;

/** Why the network of a model cannot be run word by word, as the end of a sentence; undefined if it can. */
export function whyNotCausal({ network }: Pick<TaggerModel, 'network'>): string | undefined {
  const division = divide(network.plan);
  return whyLayersAreNotCausal(network.plan.layers) ?? (typeof division === 'string' ? division : undefined);
}

export interface CausalNetworkOptions {
  readonly cacheBytes?: number;
}

/** The model must have no reason of `whyNotCausal`. Memory of the kernels is taken for good. */
export function createCausalNetwork(model: TaggerModel, options: CausalNetworkOptions = {}): CausalNetwork {
  const { kernels, network } = model;
  const division = divide(network.plan);
  if (typeof division === 'string') throw new AppError('internal', `causal network: ${division}`);
  const { slots } = division;
  const first = createRecurrentTagging(kernels, network.parameters, division.first);
  const rest = inSequence(taggingLayers(kernels, network.parameters, division.rest));
  const inputSize = first.projectedColumns;
  const projections = projectionsOf(model, {
    first,
    slots,
    capacity: Math.min(MOST_WORDS, Math.floor((options.cacheBytes ?? CACHE_BYTES) / (slots * inputSize * 4))),
  });

  return {
    refresh() {
      first.refresh();
      rest.refresh();
      projections.clear();
    },
    forward(words, layout) {
      const inputAt = inputsInContext(model, projections.lookUp(words), { layout, columns: inputSize });
      return rest.sequence(first.recurSequence(layout, inputAt));
    },

    stateSize: first.stateSize + rest.stateSize,
    inputSize,
    tagCount: network.plan.loss.tags,
    createArray: (length) => (kernels.precision === 'float64' ? new Float64Array(length) : new Float32Array(length)),
    addInput(input, word, distance) {
      const position = kernels.arena.position;
      const { tables, rows } = projections.lookUp([word]);
      const at = rows[0] * inputSize;
      for (let i = 0; i < inputSize; i++) input[i] += tables[distance][at + i];
      kernels.arena.release(position);
    },
    step({ input, state, next, logits }) {
      const position = kernels.arena.position;
      // Kernels read only memory of their own.
      const own = (from: Floats): Floats => {
        const copy = kernels.arena.floats(from.length);
        copy.set(from);
        return copy;
      };
      const before = own(state);
      const after = kernels.arena.floats(state.length);
      const cut = first.stateSize;
      const states = first.recurStep(own(input), { before: before.subarray(0, cut), after: after.subarray(0, cut) });
      const out = rest.step(states, { before: before.subarray(cut), after: after.subarray(cut) });
      next.set(after);
      logits.set(out.values);
      kernels.arena.release(position);
    },
  };
}

/** A causal plan in the parts that are run in ways of their own. */
interface Division {
  /** k + 1: places under the right context, whose words are gathered before the first layer. */
  readonly slots: number;
  /** The first layer: what it makes of a word alone is remembered. */
  readonly first: RecurrentOptions;
  readonly rest: readonly LayerPlan[];
}

/** The parts, or why there are none, as the end of a sentence. */
function divide({ layers }: NetworkPlan): Division | string {
  let slots = 1;
  for (const [l, layer] of layers.entries()) {
    if (layer.kind === 'recurrent') return { slots, first: layer, rest: layers.slice(l + 1) };
    if (layer.kind === 'residual') return 'a residual connection goes round its first layer';
    if (layer.kind === 'right_context') slots *= layer.words + 1;
    else if (layer.kind !== 'dropout') return `its first layer is of the kind ${layer.kind}, not recurrent`;
  }
  return 'it has no recurrent layer';
}

/** What the first layer makes of each word, for every place under the right context. */
function projectionsOf(
  { kernels, network, encoder }: TaggerModel,
  {
    first,
    slots,
    capacity,
  }: {
    readonly first: ReturnType<typeof createRecurrentTagging>;
    readonly slots: number;
    readonly capacity: number;
  },
): ProjectionCache {
  const context: PassContext = { kernels, training: false, random: createRandom(0) }; // nothing is drawn
  const { weightTransposed, bias, projectedColumns: columns } = first;
  return createProjectionCache({
    kernels,
    slots,
    columns,
    capacity,
    project(words) {
      const { output: embedded } = network.embed(createBatch([encoder.encode(words)]), context);
      const features = embedded.columns;
      return Array.from({ length: slots }, (_, slot) => {
        const part = weightTransposed.subarray(slot * features * columns, (slot + 1) * features * columns);
        const out = kernels.arena.floats(words.length * columns);
        if (slot === 0) kernels.fillRows(out, bias, words.length, columns);
        kernels.matmul(out, embedded.values, part, words.length, columns, features, slot === 0);
        return out;
      });
    },
  });
}

/**
 * The first layer's input, timestep by timestep (rows, G), in memory that stays in the processor's cache: each token's own
 * row of the first table, plus the next word's of the second, ….
 */
function inputsInContext(
  { kernels }: TaggerModel,
  { tables, rows }: ProjectedWords,
  { layout, columns }: { readonly layout: PackedLayout; readonly columns: number },
): (t: number) => Floats {
  const { batchSizes, offsets } = layout;
  const ids = tables.map((_, distance) => {
    if (distance === 0) return rows;
    const shifted = shiftedRows(layout, distance, kernels.arena.ints(layout.rows));
    for (let i = 0; i < shifted.length; i++) if (shifted[i] >= 0) shifted[i] = rows[shifted[i]];
    return shifted;
  });
  const [sum, part] = [0, 0].map(() => kernels.arena.floats(layout.lengths.length * columns));
  return (t) => {
    const count = batchSizes[t];
    tables.forEach((table, distance) => {
      const own = ids[distance].subarray(offsets[t], offsets[t + 1]);
      kernels.gatherRows(distance === 0 ? sum : part, table, own, count, columns, columns, 0);
      if (distance > 0) kernels.addScaled(sum, part, 1, count * columns);
    });
    return sum;
  };
}
