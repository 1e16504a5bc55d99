/**
 * The part of ONNX's protocol buffers that a network takes, written by hand: field numbers are those of onnx.proto3
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), wire types those of
 * https://protobuf.dev/programming-guides/encoding. A library with a schema compiler would be larger than what is needed of it.
 */

export interface OnnxTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array | Int8Array | Uint8Array;
}

export type OnnxAttribute = number | string | readonly number[] | readonly string[];

export interface OnnxNode {
  readonly operator: string;
  /** '' for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of a graph; sides with a name are known only when it runs. */
export interface OnnxPort {
  readonly name: string;
  readonly type: 'float32' | 'int64';
  readonly shape: readonly (number | string)[];
  readonly description: string;
}

export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: Readonly<Record<string, OnnxTensor>>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly producerVersion: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Since 2022; runtimes of before do not know LayerNormalization. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;
const TYPES = { float32: 1, int64: 7 } as const;

export function encodeOnnx(model: OnnxModel): Uint8Array {
  const { name, nodes, constants, inputs, outputs, producerVersion, description, metadata } = model;
  const graph = message([
    ...nodes.map((node, i) => bytes(1, nodeMessage(node, i))),
    text(2, name),
    ...Object.entries(constants).map(([constant, tensor]) => bytes(5, tensorMessage(constant, tensor))),
    ...inputs.map((port) => bytes(11, portMessage(port))),
    ...outputs.map((port) => bytes(12, portMessage(port))),
  ]);
  return message([
    integer(1, IR_VERSION),
    text(2, 'onomast'),
    text(3, producerVersion),
    text(6, description),
    bytes(7, graph),
    bytes(8, message([text(1, ''), integer(2, OPERATOR_SET)])),
    ...Object.entries(metadata).map(([key, value]) => bytes(14, message([text(1, key), text(2, value)]))),
  ]);
}

function nodeMessage({ operator, inputs, outputs, attributes }: OnnxNode, index: number): Uint8Array {
  return message([
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, `${operator}_${index}`),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeMessage(name, value))),
  ]);
}

/** Whole numbers are written as such: no attribute that is used here is a fraction but `epsilon`. */
function attributeMessage(name: string, value: OnnxAttribute): Uint8Array {
  if (typeof value === 'string') return message([text(1, name), text(4, value), integer(20, 3)]);
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? message([text(1, name), integer(3, value), integer(20, 2)])
      : message([text(1, name), float(2, value), integer(20, 1)]);
  return typeof value[0] === 'string'
    ? message([text(1, name), ...value.map((one) => text(9, String(one))), integer(20, 8)])
    : message([text(1, name), ...value.map((one) => integer(8, Number(one))), integer(20, 7)]);
}

function tensorMessage(name: string, { shape, values }: OnnxTensor): Uint8Array {
  const type =
    values instanceof Float32Array ? 1 : values instanceof BigInt64Array ? 7 : values instanceof Int8Array ? 3 : 2;
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return message([...shape.map((side) => integer(1, side)), integer(2, type), text(8, name), bytes(9, raw)]);
}

function portMessage({ name, type, shape, description }: OnnxPort): Uint8Array {
  const sides = shape.map((side) =>
    bytes(1, typeof side === 'number' ? message([integer(1, side)]) : message([text(2, side)])),
  );
  const tensor = message([integer(1, TYPES[type]), bytes(2, message(sides))]);
  return message([text(1, name), bytes(2, message([bytes(1, tensor)])), text(3, description)]);
}

/** Pieces of a message, one after another. */
type Field = readonly Uint8Array[];

function message(fields: readonly Field[]): Uint8Array {
  const pieces = fields.flat();
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function bytes(field: number, value: Uint8Array): Field {
  return [varint(field * 8 + 2), varint(value.length), value];
}

function text(field: number, value: string): Field {
  return bytes(field, new TextEncoder().encode(value));
}

function integer(field: number, value: number): Field {
  return [varint(field * 8), varint(value)];
}

function float(field: number, value: number): Field {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setFloat32(0, value, true);
  return [varint(field * 8 + 5), out];
}

/** Seven bits a byte, the lowest first; negative numbers as 64 bits of two's complement. */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    out.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(out);
}
