import { createRandom } from '#base/random.js';
import { allocateMatrix, type Matrix, type PassContext, rowsOf } from '#engine/core/layer.js';
import { type PackedLayout, shiftedRows } from '#engine/core/packed-layout.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createProjection, type Projection } from '#engine/layers/linear-inference.js';
import { normalization } from '#engine/layers/normalization.js';
import { type CellStep, createCellStep, runSentences } from '#engine/recurrent/cell-step.js';
import { normalizationName } from '#engine/recurrent/recurrent-stack.js';
import { createBatch } from '#tagging/features/batch.js';
import { createProjectionCache, type ProjectedWords } from './projection-cache.js';
import type { TaggerModel } from './tagger-model.js';

/**
 * A one-way network for tagging. It gives the logits of `TaggerNetwork.forward` but for rounding, and sooner: what the first
 * layer makes of a word, W_ih . features(word), is remembered word by word, so that a token's pre-activation is the sum of
 * k + 1 remembered rows; and nothing is kept for a backward pass. Sentence for sentence the result has the same bits,
 * whatever else is in the batch and whatever is remembered.
 */
export interface CausalNetwork {
  /** Takes over weights that have changed; to be called once before anything else. */
  refresh(): void;
  /** Words in the layout's order (N) -> logits (N, K) in arena memory. */
  forward(words: readonly string[], layout: PackedLayout): Matrix;

  /** Floats in a state: what the network keeps between two words. A state of zeros begins a sentence. */
  readonly stateSize: number;
  /** G: floats in an input, the sum of what the words under the look-ahead contribute. */
  readonly inputSize: number;
  /** K */
  readonly tagCount: number;
  /** Floats of the kernels' precision, all 0. */
  createArray(length: number): Floats;
  /** Adds what `word` contributes to the input (G) of the token `distance` places before it, 0 to k. */
  addInput(input: Floats, word: string, distance: number): void;
  /** One timestep: input (G) and state -> the next state, logits (K). */
  step(arrays: {
    readonly input: Floats;
    readonly state: Floats;
    readonly next: Floats;
    readonly logits: Floats;
  }): void;
}

/** Bytes of remembered rows: 21,845 words of a plain network of 128 units with two words of look-ahead. */
const CACHE_BYTES = 32 * 2 ** 20;
const MOST_WORDS = 32_768;

/** Why the network of a model cannot be run word by word, as the end of a sentence; undefined if it can. */
export function whyNotCausal({ config, network }: TaggerModel): string | undefined {
  if (config.bidirectional)
    return 'it reads every sentence right to left too (bidirectional), so no tag is certain before its end';
  if (config.attention === 'sentence')
    return 'its attention sees the whole sentence, so no tag is certain before its end';
  if (config.attention === 'causal')
    return 'its attention looks back at every word so far, so no word would have a constant cost';
  if (config.residual && network.stack.inputs === network.stack.hidden)
    return 'a residual connection goes round its first layer';
  return undefined;
}

interface Layer {
  readonly cell: CellStep;
  /** Makes the cell's input of the output of the layer below; of the first layer, only its weights are used. */
  readonly projection: Projection;
}

export interface CausalNetworkOptions {
  readonly cacheBytes?: number;
}

/** The model must have no reason of `whyNotCausal`. Memory of the kernels is taken for good. */
export function createCausalNetwork(model: TaggerModel, options: CausalNetworkOptions = {}): CausalNetwork {
  const { kernels, network, encoder } = model;
  const { stack, parameters } = network;
  const context: PassContext = { kernels, training: false, random: createRandom(0) }; // nothing is drawn
  const slots = model.config.look_ahead + 1;
  const features = stack.inputs / slots;

  const layers = Array.from({ length: stack.layers }, (_, l): Layer => {
    const suffix = `l${l}`;
    return {
      cell: createCellStep(kernels, { cell: stack.cell, prefix: stack.prefix, suffix }, parameters),
      projection: createProjection(kernels, {
        weight: parameters.get(`${stack.prefix}.weight_ih_${suffix}`),
        bias: parameters.get(`${stack.prefix}.bias_ih_${suffix}`),
      }),
    };
  });
  const output = createProjection(kernels, {
    weight: parameters.get('output.weight'),
    bias: parameters.get('output.bias'),
  });
  const { cell: firstCell, projection: first } = layers[0];
  const { inputs: inputSize, hidden } = firstCell;

  const projections = createProjectionCache({
    kernels,
    slots,
    columns: inputSize,
    capacity: Math.min(MOST_WORDS, Math.floor((options.cacheBytes ?? CACHE_BYTES) / (slots * inputSize * 4))),
    project(words) {
      const { output: embedded } = network.embed(createBatch([encoder.encode(words)]), context);
      return Array.from({ length: slots }, (_, slot) => {
        const part = first.weightTransposed.subarray(slot * features * inputSize, (slot + 1) * features * inputSize);
        const out = kernels.arena.floats(words.length * inputSize);
        if (slot === 0) kernels.fillRows(out, first.bias, words.length, inputSize);
        kernels.matmul(out, embedded.values, part, words.length, inputSize, features, slot === 0);
        return out;
      });
    },
  });

  /** The logits. `runLayer` gives a layer's states (N, H) from the output of the layer below, the first from the words. */
  const runStack = (runLayer: (layer: Layer, below: Matrix | undefined, l: number) => Matrix): Matrix => {
    let x: Matrix | undefined;
    layers.forEach((layer, l) => {
      const below = x;
      const name = normalizationName(stack, l);
      const states = normalization(context, stack.normalization, name, parameters, runLayer(layer, below, l)).output;
      if (stack.residual && below) kernels.addScaled(states.values, below.values, 1, below.rows * below.columns);
      x = states;
    });
    return output.apply(x!);
  };

  const stateCount = stack.cell === 'lstm' ? 2 : 1;
  return {
    refresh() {
      for (const { cell, projection } of layers) {
        cell.refresh();
        projection.refresh();
      }
      output.refresh();
      projections.clear();
    },
    forward(words, layout) {
      const first = inputsUnderLookAhead(model, projections.lookUp(words), { layout, columns: inputSize });
      return runStack(({ cell, projection }, below) => {
        const projected = below && projection.apply(below);
        const later = (t: number): Floats => rowsOf(projected!, layout.offsets[t], layout.offsets[t + 1]);
        return runSentences(kernels, cell, layout, projected ? later : first);
      });
    },

    stateSize: stack.layers * stateCount * hidden,
    inputSize,
    tagCount: model.tagSet.tags.length,
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
      const load = (from: Floats, at: number, length: number): Floats => {
        const own = kernels.arena.floats(length);
        for (let i = 0; i < length; i++) own[i] = from[at + i];
        return own;
      };
      const out = runStack(({ cell, projection }, below, l) => {
        const at = l * stateCount * hidden;
        const states = allocateMatrix(kernels, 1, hidden);
        const cellAfter = kernels.arena.floats(hidden);
        const hiddenBefore = load(state, at, hidden);
        const cellBefore = stateCount === 2 ? load(state, at + hidden, hidden) : hiddenBefore;
        cell.run({
          rows: 1,
          isFirst: false,
          input: below ? projection.apply(below).values : load(input, 0, inputSize),
          hiddenBefore,
          cellBefore,
          hidden: states.values,
          cell: cellAfter,
        });
        next.set(states.values, at);
        if (stateCount === 2) next.set(cellAfter, at + hidden);
        return states;
      });
      logits.set(out.values);
      kernels.arena.release(position);
    },
  };
}

/**
 * The first layer's input, timestep by timestep (rows, G), in memory that stays in the processor's cache: each token's own
 * row of the first table, plus the next word's of the second, ….
 */
function inputsUnderLookAhead(
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
