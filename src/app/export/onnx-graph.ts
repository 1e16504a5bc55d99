import { AppError } from '#base/errors.js';
import { decodeMixedTensors } from '#base/safetensors.js';
import type { Parameter } from '#engine/core/parameter.js';
import type { InputPlan } from '#engine/network/input-kinds.js';
import { type LayerPlan, whyNotCausal } from '#engine/network/layer-kinds.js';
import { isTable, packTable } from '#tagging/model/quantized-tables.js';
import type { TaggerModel } from '#tagging/model/tagger-model.js';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxPort, OnnxTensor } from './onnx-file.js';
import { CHARACTERS_INPUT, idsInput, LOGITS_OUTPUT } from './onnx-names.js';

/** What a recurrent layer keeps between two words, as the graph takes and gives it: (1, 1, size). */
export interface OnnxState {
  readonly input: string;
  readonly output: string;
  readonly size: number;
}

export interface OnnxGraph extends Pick<OnnxModel, 'nodes' | 'constants' | 'inputs' | 'outputs'> {
  /** k: rows of words that stand after the N that are tagged. */
  readonly lookAhead: number;
  /** None where the network cannot be run word by word. */
  readonly states: readonly OnnxState[];
  /** Why not, as the end of a sentence; undefined if it can. */
  readonly whyNotStreamed: string | undefined;
}

/** Below every score, and finite, so that nothing becomes NaN. */
const HIDDEN = -3e38;
/** As the engine has it; PyTorch's default. */
const EPSILON = 1e-5;
const TO_THE_END = 2 ** 31 - 1;

/**
 * The network of a model as a graph of ONNX operators, read off its plan. Rows are the words of one sentence, N that are tagged
 * and k after them, which the look-ahead sees: where there is none, ids of -1.
 */
export function onnxGraphOf(model: TaggerModel): OnnxGraph {
  const { plan, parameters } = model.network;
  const whyNotStreamed = whyNotCausal(plan.layers);
  const nodes: OnnxNode[] = [];
  const constants: Record<string, OnnxTensor> = {};
  const inputs: OnnxPort[] = [];
  const states: OnnxState[] = [];
  const stateOutputs: OnnxPort[] = [];
  let lookAhead = 0;
  let hasRecurred = false;

  const op = (operator: string, from: readonly string[], attributes: Record<string, OnnxAttribute> = {}): string => {
    const output = `v${nodes.length}`;
    nodes.push({ operator, inputs: from, outputs: [output], attributes });
    return output;
  };
  const constant = (name: string, shape: readonly number[], values: OnnxTensor['values']): string => {
    constants[name] ??= { shape, values };
    return name;
  };
  const integers = (...values: number[]): string =>
    constant(`i_${values.join('_').replaceAll('-', 'm')}`, [values.length], BigInt64Array.from(values, BigInt));
  const number = (value: number): string => constant(`f_${value}`, [], Float32Array.of(value));
  const parameter = (name: string): Parameter => parameters.get(name);
  const floats = (name: string, shape: readonly number[], values: ArrayLike<number>): string =>
    constant(name, shape, Float32Array.from(values));
  const own = (name: string): string => floats(name, parameter(name).shape, parameter(name).values);
  /** x (…, I) -> (…, O) */
  const linear = (x: string, name: string, hasBias = true): string => {
    const [outputs, columns] = parameter(`${name}.weight`).shape;
    const weight = floats(`${name}.weight`, [columns, outputs], transposed(parameter(`${name}.weight`)));
    const product = op('MatMul', [x, weight]);
    return hasBias ? op('Add', [product, own(`${name}.bias`)]) : product;
  };
  const cast = (x: string): string => op('Cast', [x], { to: 1 });

  /** Rows of a table with one of zeros at its end, for ids below 0; ids of any shape. */
  const lookUp = (name: string, ids: string): string => {
    const { shape, values } = parameter(name);
    const [rows, columns] = shape;
    const last = constant(`i_rows_${name}`, [], BigInt64Array.of(BigInt(rows)));
    const zero = constant('i_zero', [], BigInt64Array.of(0n));
    const places = op('Where', [op('Less', [ids, zero]), last, ids]);
    if (name === 'embedding.vector.weight' && model.vocabularies.vectors) return vectors(places, name);
    if (model.config.quantize_embeddings && isTable(parameter(name))) {
      const [codes, exponents] = packTable(parameter(name));
      const scales = Float32Array.from(exponents.values, (exponent) => 2 ** exponent);
      const table = constant(`${name}.codes`, [rows + 1, columns], withZeros(codes.values as Int8Array, columns));
      return scaled(cast(op('Gather', [table, places])), places, `${name}.scales`, scales);
    }
    return op('Gather', [floats(name, [rows + 1, columns], withZeros(Float32Array.from(values), columns)), places]);
  };
  const scaled = (codes: string, places: string, name: string, scales: Float32Array): string => {
    const table = constant(name, [scales.length + 1, 1], withZeros(scales, 1));
    return op('Mul', [codes, op('Gather', [table, places])]);
  };
  /** Pretrained vectors stay in the 8 or 4 bits in which the model keeps them. */
  const vectors = (places: string, name: string): string => {
    const { size, bits, dimension, file } = model.vocabularies.vectors!;
    const { tensors } = decodeMixedTensors(file, name);
    const codes = tensors.get('codes')!.values as Int8Array;
    const scales = Float32Array.from(tensors.get('scales')!.values as Float32Array);
    const width = codes.length / Math.max(1, size);
    if (bits === 8) {
      const table = constant(`${name}.codes`, [size + 1, width], withZeros(codes, width));
      return scaled(cast(op('Gather', [table, places])), places, `${name}.scales`, scales);
    }
    // Two codes a byte, the earlier in its lower half, each four bits of two's complement.
    const packed = new Uint8Array(codes.buffer, codes.byteOffset, codes.length);
    const pairs = cast(op('Gather', [constant(`${name}.codes`, [size + 1, width], withZeros(packed, width)), places]));
    const upper = op('Floor', [op('Mul', [pairs, number(1 / 16)])]);
    const lower = op('Sub', [pairs, op('Mul', [upper, number(16)])]);
    const halves = [lower, upper].map((half) => op('Unsqueeze', [half, integers(2)]));
    const flat = op('Reshape', [op('Concat', halves, { axis: 2 }), integers(0, -1)]);
    const signed = op('Where', [op('Greater', [flat, number(7.5)]), op('Sub', [flat, number(16)]), flat]);
    const whole =
      2 * width === dimension ? signed : op('Slice', [signed, integers(0), integers(dimension), integers(1)]);
    return scaled(whole, places, `${name}.scales`, scales);
  };

  /** (M, F): for each filter its greatest value over the places of the word; 0 for rows without characters. */
  const characters = ({ name, filters, width }: Extract<InputPlan, { kind: 'characters' }>): string => {
    inputs.push({
      name: CHARACTERS_INPUT,
      type: 'int64',
      shape: ['words', 'characters'],
      description: 'ids of the characters of each word, filled up with -1',
    });
    const zero = constant('i_zero', [], BigInt64Array.of(0n));
    const embedded = op('Transpose', [lookUp(`${name}.embedding.weight`, CHARACTERS_INPUT)], { perm: [0, 2, 1] });
    const { values } = parameter(`${name}.convolution.weight`);
    const columns = values.length / filters / width;
    const weight = new Float32Array(values.length); // (F, W, E) -> (F, E, W)
    for (let f = 0; f < filters; f++)
      for (let w = 0; w < width; w++)
        for (let e = 0; e < columns; e++) weight[(f * columns + e) * width + w] = values[(f * width + w) * columns + e];
    const kernel = constant(`${name}.convolution.weight`, [filters, columns, width], weight);
    const pads = [width >> 1, width - 1 - (width >> 1)];
    const scores = op('Conv', [embedded, kernel, own(`${name}.convolution.bias`)], { kernel_shape: [width], pads });
    const isNone = op('Unsqueeze', [op('Less', [CHARACTERS_INPUT, zero]), integers(1)]);
    const seen = op('Where', [isNone, number(HIDDEN), scores]);
    const greatest = op('ReduceMax', [seen], { axes: [2], keepdims: 0 });
    return op('Where', [op('Less', [greatest, number(HIDDEN / 2)]), number(0), greatest]);
  };

  const embedded = (): string => {
    const blocks: string[] = [];
    for (const input of plan.inputs) {
      if (input.kind === 'characters') {
        blocks.push(characters(input));
        continue;
      }
      const name = idsInput(model.encoder.features[input.feature].name);
      inputs.push({
        name,
        type: 'int64',
        shape: ['words'],
        description: 'a row of the table for each word, -1 for none',
      });
      const rows = lookUp(`${input.name}.weight`, name);
      if (input.isAddend) blocks.push(op('Add', [blocks.pop()!, rows]));
      else blocks.push(rows);
    }
    return blocks.length === 1 ? blocks[0] : op('Concat', blocks, { axis: 1 });
  };

  const recurrent = (x: string, layer: Extract<LayerPlan, { kind: 'recurrent' }>): string => {
    const { name, suffix, cell, hidden, bidirectional = false } = layer;
    const { operator, order, attributes } = CELLS[cell];
    const suffixes = bidirectional ? [suffix, `${suffix}_reverse`] : [suffix];
    const gates = order.length;
    const prefix = `${name}.${suffix}`;
    const gathered = (part: string): Float32Array =>
      joined(suffixes.map((one) => reordered(parameter(`${name}.${part}_${one}`).values, order, gates)));
    const biases = suffixes.map((one) => {
      const input = reordered(parameter(`${name}.bias_ih_${one}`).values, order, gates);
      const hasOwn = cell === 'gru';
      const state = hasOwn
        ? reordered(parameter(`${name}.bias_hh_${one}`).values, order, gates)
        : new Float32Array(gates * hidden);
      return joined([input, state]);
    });
    const directions = suffixes.length;
    const weight = gathered('weight_ih');
    const columns = weight.length / directions / gates / hidden;
    const from = [
      op('Unsqueeze', [x, integers(1)]),
      constant(`${prefix}.W`, [directions, gates * hidden, columns], weight),
      constant(`${prefix}.R`, [directions, gates * hidden, hidden], gathered('weight_hh')),
      constant(`${prefix}.B`, [directions, 2 * gates * hidden], joined(biases)),
    ];
    const kept = whyNotStreamed === undefined ? (cell === 'lstm' ? ['h', 'c'] : ['h']) : [];
    const own = kept.map((part) => ({
      input: `state_${suffix}_${part}`,
      output: `next_${suffix}_${part}`,
      size: hidden,
    }));
    const output = `v${nodes.length}`;
    nodes.push({
      operator,
      inputs: own.length === 0 ? from : [...from, '', ...own.map(({ input }) => input)],
      outputs: [output, ...own.map((one) => one.output)],
      attributes: {
        ...attributes(directions),
        hidden_size: hidden,
        direction: bidirectional ? 'bidirectional' : 'forward',
      },
    });
    states.push(...own);
    const port = (what: string) => ({ type: 'float32' as const, shape: [1, 1, hidden], description: what });
    for (const state of own) {
      inputs.push({ name: state.input, ...port('zeros at the beginning of a sentence') });
      stateOutputs.push({ name: state.output, ...port(`what ${state.input} is for the words that follow`) });
    }
    hasRecurred = true;
    const ordered = op('Transpose', [output], { perm: [0, 2, 1, 3] });
    return op('Reshape', [ordered, integers(-1, directions * hidden)]);
  };

  const normalization = (x: string, { name, type }: Extract<LayerPlan, { kind: 'normalization' }>): string => {
    if (type === 'layer')
      return op('LayerNormalization', [x, own(`${name}.weight`), own(`${name}.bias`)], { axis: -1, epsilon: EPSILON });
    const [gain, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (part) => parameter(`${name}.${part}`).values,
    );
    const factors = Float32Array.from(gain, (value, c) => value / Math.sqrt(variance[c] + EPSILON));
    const offsets = Float32Array.from(shift, (value, c) => value - mean[c] * factors[c]);
    const multiplied = op('Mul', [x, constant(`${name}.factors`, [factors.length], factors)]);
    return op('Add', [multiplied, constant(`${name}.offsets`, [offsets.length], offsets)]);
  };

  const attention = (x: string, layer: Extract<LayerPlan, { kind: 'attention' }>): string => {
    const { name, scoring, isCausal, columns } = layer;
    const [q, k, v] = ['query', 'key', 'value'].map((part) => linear(x, `${name}.${part}`, part !== 'key'));
    let scores: string;
    if (scoring === 'dot') {
      const products = op('MatMul', [q, op('Transpose', [k], { perm: [1, 0] })]);
      scores = op('Mul', [products, number(1 / Math.sqrt(columns))]);
    } else {
      const sums = op('Add', [op('Unsqueeze', [q, integers(1)]), op('Unsqueeze', [k, integers(0)])]);
      const weight = floats(`${name}.score.weight`, [columns, 1], parameter(`${name}.score.weight`).values);
      scores = op('Squeeze', [op('MatMul', [op('Tanh', [sums]), weight]), integers(2)]);
    }
    if (isCausal) {
      const all = op('Expand', [number(HIDDEN), op('Shape', [scores])]);
      const later = op('Trilu', [all, constant('i_one', [], BigInt64Array.of(1n))], { upper: 1 });
      scores = op('Add', [op('Trilu', [scores], { upper: 0 }), later]);
    }
    const mixed = op('MatMul', [op('Softmax', [scores], { axis: 1 }), v]);
    return op('Add', [x, linear(mixed, `${name}.output`)]);
  };

  const rightContext = (x: string, words: number): string => {
    if (hasRecurred || lookAhead > 0) throw cannot('looks ahead elsewhere than below its first layer');
    lookAhead = words;
    const shifts = Array.from({ length: words + 1 }, (_, s) =>
      op('Slice', [x, integers(s), integers(s === words ? TO_THE_END : s - words), integers(0)]),
    );
    return op('Concat', shifts, { axis: 1 });
  };

  const through = (x: string, layers: readonly LayerPlan[]): string =>
    layers.reduce((from, layer) => {
      switch (layer.kind) {
        case 'dropout':
          return from;
        case 'right_context':
          return rightContext(from, layer.words);
        case 'recurrent':
          return recurrent(from, layer);
        case 'normalization':
          return normalization(from, layer);
        case 'attention':
          return attention(from, layer);
        case 'linear':
          return linear(from, layer.name, layer.hasBias ?? true);
        case 'residual':
          return op('Add', [through(from, layer.layers), from]);
        default:
          throw cannot(`has a layer of the kind ${(layer as LayerPlan).kind}`);
      }
    }, x);

  const logits = through(embedded(), plan.layers);
  nodes.push({ operator: 'Identity', inputs: [logits], outputs: [LOGITS_OUTPUT], attributes: {} });
  const tags = plan.loss.tags;
  const outputs: OnnxPort[] = [
    { name: LOGITS_OUTPUT, type: 'float32', shape: ['tagged', tags], description: 'a score for each word and tag' },
    ...stateOutputs,
  ];
  return { nodes, constants, inputs, outputs, lookAhead, states, whyNotStreamed };
}

interface OnnxCell {
  readonly operator: 'RNN' | 'GRU' | 'LSTM';
  /** Our gate at each place of ONNX's order. */
  readonly order: readonly number[];
  attributes(directions: number): Record<string, OnnxAttribute>;
}

/** ONNX stores the gates of an LSTM i, o, f, c and those of a GRU z, r, h; ours are i, f, g, o and r, z, n. */
const CELLS: Readonly<Record<Extract<LayerPlan, { kind: 'recurrent' }>['cell'], OnnxCell>> = {
  rnn: { operator: 'RNN', order: [0], attributes: (n) => ({ activations: Array<string>(n).fill('Tanh') }) },
  relu: { operator: 'RNN', order: [0], attributes: (n) => ({ activations: Array<string>(n).fill('Relu') }) },
  gru: { operator: 'GRU', order: [1, 0, 2], attributes: () => ({ linear_before_reset: 1 }) },
  lstm: { operator: 'LSTM', order: [0, 3, 1, 2], attributes: () => ({}) },
};

function reordered(values: ArrayLike<number>, order: readonly number[], gates: number): Float32Array {
  const size = values.length / gates;
  const out = new Float32Array(values.length);
  order.forEach((from, to) => {
    for (let i = 0; i < size; i++) out[to * size + i] = values[from * size + i];
  });
  return out;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function withZeros<T extends Float32Array | Int8Array | Uint8Array>(values: T, columns: number): T {
  const out = new (values.constructor as new (length: number) => T)(values.length + columns);
  out.set(values);
  return out;
}

function transposed({ shape: [rows, columns], values }: Parameter): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  return out;
}

function cannot(reason: string): AppError {
  return new AppError('incompatible_model', `export: a network that ${reason} cannot be written as ONNX`);
}
