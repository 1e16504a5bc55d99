import type { Random } from '#base/random.js';
import type { Initializer } from './parameter.js';

/**
 * Initial weights. A deep or long chain of layers multiplies its signal by about sqrt(n variance) at each link, n being
 * the number of inputs; only with that product near 1 do signals and gradients neither vanish nor explode. Hence
 * variance 1/n before tanh and 2/n before ReLU, which sets half of its inputs to zero.
 */

export const zeros: Initializer = (values) => values.fill(0);

export const constant =
  (value: number): Initializer =>
  (values) =>
    values.fill(value);

/** Weight (O, I): variance 1 / I, for tanh (LeCun et al. 1998, "Efficient BackProp", section 4.6). */
export const varianceOneOverInputs: Initializer = (values, shape, random) =>
  uniformWithVariance(values, 1 / inputsOf(shape), random);

/** Weight (O, I): variance 2 / I, for ReLU (He et al. 2015, https://arxiv.org/abs/1502.01852, equation 10). */
export const varianceTwoOverInputs: Initializer = (values, shape, random) =>
  uniformWithVariance(values, 2 / inputsOf(shape), random);

/** Embedding (V, E): variance 1 / E, so that a row has length about 1. */
export const unitRows: Initializer = (values, shape, random) =>
  uniformWithVariance(values, 1 / shape[shape.length - 1], random);

/**
 * Recurrent weights (gates * H, H): each (H, H) block orthogonal, so that the recurrence itself neither shrinks nor
 * stretches (Saxe et al. 2013, https://arxiv.org/abs/1312.6120). Gram-Schmidt on Gaussian rows, applied twice.
 */
export const orthogonalBlocks: Initializer = (values, shape, random) => {
  const h = shape[1];
  for (let block = 0; block < shape[0] / h; block++) {
    const rows: Float64Array[] = [];
    while (rows.length < h) {
      const row = Float64Array.from({ length: h }, () => random.gaussian());
      for (let pass = 0; pass < 2; pass++) {
        for (const other of rows) {
          const overlap = dot(row, other);
          for (let j = 0; j < h; j++) row[j] -= overlap * other[j];
        }
      }
      const length = Math.sqrt(dot(row, row));
      if (length < 1e-6) continue; // linearly dependent by chance: draw again
      rows.push(row.map((x) => x / length));
    }
    rows.forEach((row, i) => {
      values.set(row, (block * h + i) * h);
    });
  }
};

/** LSTM bias (4H), gates i, f, g, o: forget gate at 1, the rest 0 (Jozefowicz et al. 2015, section 5). */
export const forgetGateOne: Initializer = (values, shape) => {
  const h = shape[0] / 4;
  values.fill(0);
  values.fill(1, h, 2 * h);
};

/** The usual choice for a layer's nonlinearity. */
export function initializerFor(nonlinearity: 'tanh' | 'relu'): Initializer {
  return nonlinearity === 'relu' ? varianceTwoOverInputs : varianceOneOverInputs;
}

function inputsOf(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, side) => product * side, 1);
}

/** Uniform on [-a, a] has variance a^2 / 3; it needs no logarithm, so every engine draws the same numbers. */
function uniformWithVariance(values: Float32Array | Float64Array, variance: number, random: Random): void {
  const bound = Math.sqrt(3 * variance);
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.next() - 1) * bound;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
