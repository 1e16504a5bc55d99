import { AppError } from '#base/errors.js';
import { varianceOneOverInputs, zeros } from '#engine/core/initializers.js';
import {
  allocateMatrix,
  allocateSequence,
  type Matrix,
  type PassContext,
  type Sequence,
  type Step,
} from '#engine/core/layer.js';
import type { LayerKind, Parameters } from '#engine/core/layer-kind.js';
import type { PackedLayout } from '#engine/core/packed-layout.js';
import type { ParameterSpec } from '#engine/core/parameter.js';
import { type AttentionScores, additiveScores, dotScores, type ScoringName } from './attention-scores.js';
import { type LinearOptions, linear, linearSpecs } from './linear.js';

export const ATTENTION_NAMES = ['none', 'sentence', 'causal'] as const;

const PARTS = ['query', 'key', 'value'] as const;

export interface AttentionOptions {
  /** Prefix of its parameters: `attention`. */
  readonly name: string;
  /** C */
  readonly columns: number;
  readonly scoring: ScoringName;
  /** Whether a word sees only those up to itself. */
  readonly isCausal: boolean;
}

export function attentionSpecs({ name, columns, scoring }: Omit<AttentionOptions, 'isCausal'>): ParameterSpec[] {
  return [
    ...PARTS.flatMap((part) => linearSpecs(projectionOptions(name, columns, part))),
    // Starting at 0, the layer begins as the identity and learns what to add.
    ...linearSpecs(projectionOptions(name, columns, 'output'), zeros),
    ...(scoring === 'additive'
      ? [{ name: `${name}.score.weight`, shape: [1, columns], initializer: varianceOneOverInputs }]
      : []),
  ];
}

/** A bias of the keys shifts all scores of a query alike, which the softmax undoes. */
function projectionOptions(name: string, columns: number, part: string): LinearOptions {
  return { name: `${name}.${part}`, inputs: columns, outputs: columns, hasBias: part !== 'key' };
}

/**
 * Self-attention within each sentence, added to its input: y = x + W_o (softmax(scores(q, k)) v). The causal form sees the
 * tokens up to the current one, so that a causal network stays causal.
 *
 * x (N, C) -> (N, C)
 */
export function attention(
  context: PassContext,
  parameters: Parameters,
  x: Sequence,
  { name, scoring, isCausal }: Omit<AttentionOptions, 'columns'>,
): Step {
  const { kernels } = context;
  const { rows, columns, layout } = x;
  const project = (part: string, input: Sequence): Step =>
    linear(context, parameters, input, projectionOptions(name, columns, part));
  const scoresOf = (q: Matrix, k: Matrix): AttentionScores => {
    if (scoring === 'dot') return dotScores(context, q, k);
    return additiveScores(context, { queries: q, keys: k, weight: parameters.get(`${name}.score.weight`), isCausal });
  };
  const [queries, keys, values] = PARTS.map((part) => project(part, x));
  const mixed = allocateSequence(kernels, x);

  const sentences = layout.lengths.map((length, b) => {
    const at = (from: Matrix): Matrix => rowsOfSentence(context, from, layout, b);
    const v = at(values.output);
    const scores = scoresOf(at(queries.output), at(keys.output));
    const probabilities = scores.output;
    if (isCausal) hideTheFuture(probabilities);
    kernels.softmax(probabilities.values, probabilities.values, length, length);
    const out = allocateMatrix(kernels, length, columns);
    kernels.matmul(out.values, probabilities.values, v.values, length, columns, length, false);
    putBack(mixed, out, layout, b);
    return { v, scores, probabilities };
  });
  const projected = project('output', mixed);
  kernels.addScaled(projected.output.values, x.values, 1, rows * columns);

  const backward = (dOutput: Matrix): Matrix => {
    const dX = allocateMatrix(kernels, rows, columns);
    kernels.copy(dX.values, dOutput.values, rows * columns);
    const dMixed = projected.backward(dOutput);
    const [dQueries, dKeys, dValues] = PARTS.map(() => allocateMatrix(kernels, rows, columns));
    sentences.forEach(({ v, scores, probabilities: p }, b) => {
      const length = p.rows;
      const d = rowsOfSentence(context, dMixed, layout, b);
      const dV = allocateMatrix(kernels, length, columns);
      kernels.matmulTransposedA(dV.values, p.values, d.values, length, columns, length, false);
      const dScores = allocateMatrix(kernels, length, length);
      kernels.matmulTransposedB(dScores.values, d.values, v.values, length, length, columns, false);
      softmaxBackward(dScores, p);
      const sentence = scores.backward(dScores);
      putBack(dQueries, sentence.dQueries, layout, b);
      putBack(dKeys, sentence.dKeys, layout, b);
      putBack(dValues, dV, layout, b);
    });
    for (const [step, gradient] of [
      [queries, dQueries],
      [keys, dKeys],
      [values, dValues],
    ] as const) {
      kernels.addScaled(dX.values, step.backward(gradient).values, 1, rows * columns);
    }
    return dX;
  };
  return { output: projected.output, backward };
}

export const attentionKind: LayerKind<AttentionOptions> = {
  inputs: ({ columns }) => columns,
  outputs: (_, columns) => columns,
  parameters: attentionSpecs,
  forward: attention,
  describe: ({ isCausal, scoring }) => `attention over ${isCausal ? 'the words so far' : 'the sentence'} (${scoring})`,
  whyNotCausal: ({ isCausal }) =>
    isCausal
      ? 'its attention looks back at every word so far, so no word would have a constant cost'
      : 'its attention sees the whole sentence, so no tag is certain before its end',
  tagging(_, __, { name }) {
    throw new AppError('internal', `${name}: attention cannot be run word by word`);
  },
};

/** Scores of later tokens (column > row) become -Infinity. */
function hideTheFuture({ values, rows, columns }: Matrix): void {
  for (let t = 0; t < rows; t++) values.fill(Number.NEGATIVE_INFINITY, t * columns + t + 1, (t + 1) * columns);
}

/** dScores, in place: p (dP - sum(dP p)). */
function softmaxBackward(d: Matrix, p: Matrix): void {
  for (let row = 0; row < p.rows; row++) {
    const from = row * p.columns;
    let sum = 0;
    for (let j = 0; j < p.columns; j++) sum += d.values[from + j] * p.values[from + j];
    for (let j = 0; j < p.columns; j++) d.values[from + j] = p.values[from + j] * (d.values[from + j] - sum);
  }
}

/** The rows of sentence b, which lie `batchSizes` rows apart, as one block (T, C). */
function rowsOfSentence({ kernels }: PassContext, from: Matrix, { lengths, offsets }: PackedLayout, b: number): Matrix {
  const out = allocateMatrix(kernels, lengths[b], from.columns);
  for (let t = 0; t < lengths[b]; t++) {
    const start = (offsets[t] + b) * from.columns;
    out.values.set(from.values.subarray(start, start + from.columns), t * from.columns);
  }
  return out;
}

function putBack(to: Matrix, part: Matrix, { offsets }: PackedLayout, b: number): void {
  for (let t = 0; t < part.rows; t++) {
    to.values.set(part.values.subarray(t * part.columns, (t + 1) * part.columns), (offsets[t] + b) * to.columns);
  }
}
