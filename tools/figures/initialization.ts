import { createRandom } from '#base/random.js';
import { initializerFor, zeros } from '#engine/core/initializers.js';
import { allocateMatrix, type Matrix } from '#engine/core/layer.js';
import { createParameters, type Initializer } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { selectKernels } from '#engine/kernels/select-kernels.js';
import { affine } from '#engine/layers/linear.js';
import { COLORS, chart, type Panel, type Point, written } from '../charts/chart.js';
import type { Measurement } from './measurement.js';

type Nonlinearity = 'tanh' | 'relu';

const NONLINEARITIES = ['tanh', 'relu'] as const;
const LAYERS = 40;
const WIDTH = 256;
const ROWS = 128;
/** Variance times n: too small, right, too large. */
const CASES: Record<Nonlinearity, readonly number[]> = {
  tanh: [0.25, 1, 4],
  relu: [0.5, 2, 8],
};
const RIGHT = { tanh: 1, relu: 2 };
const NAMES = { tanh: 'tanh', relu: 'ReLU' };
const STYLES = [COLORS.blue, COLORS.green, COLORS.vermillion];

/** What the variance of the initial weights does to signals and gradients in a deep net. */
export async function initialization(): Promise<Measurement> {
  const results = NONLINEARITIES.flatMap((nonlinearity) =>
    CASES[nonlinearity].map((factor) => ({ nonlinearity, factor, ...deviations(nonlinearity, factor) })),
  );
  const panel = (nonlinearity: Nonlinearity, key: 'activations' | 'gradients'): Panel => ({
    title: `${NAMES[nonlinearity]}: ${key === 'activations' ? 'activations, forwards' : 'gradients, backwards'}`,
    x: { label: 'layer', min: 0, max: LAYERS, reversed: key === 'gradients' },
    y: {
      label: 'standard deviation',
      log: true,
      min: 1e-14,
      max: 1e14,
      ticks: [-12, -8, -4, 0, 4, 8, 12].map((e) => 10 ** e),
    },
    series: results
      .filter((result) => result.nonlinearity === nonlinearity)
      .map((result, i) => ({
        name: `${result.factor}/n`,
        color: STYLES[i],
        points: key === 'activations' ? result.activations : result.gradients.toReversed(),
      })),
  });
  const svg = chart({
    title: 'Only one variance of the initial weights keeps a 40-layer net alive',
    description: `Standard deviation of activations and gradients in ${LAYERS} layers of ${WIDTH} units on a logarithmic scale. With tanh, weights of variance 1/n keep both near 1, 0.25/n lets both vanish, and 4/n makes gradients explode. With ReLU, 2/n keeps both near 1, 0.5/n lets both vanish and 8/n makes both explode.`,
    columns: 2,
    panelHeight: 220,
    nameWidth: 64,
    panels: NONLINEARITIES.flatMap((name) => [panel(name, 'activations'), panel(name, 'gradients')]),
  });
  const table = [
    `| | variance of the weights | activations of layer ${LAYERS} | gradients at the input |`,
    '|---|---|---|---|',
    ...results.map(({ nonlinearity, factor, activations, gradients }) => {
      const name = `${factor}/n${RIGHT[nonlinearity] === factor ? ' (ours)' : ''}`;
      return `| ${NAMES[nonlinearity]} | ${name} | ${written(activations.at(-1)![1])} | ${written(gradients[0][1])} |`;
    }),
  ];
  return { figures: { initialization: svg }, tables: { initialization: table } };
}

/** Standard deviations by layer, of activations (0 is the input) and of the gradients that reach them. */
function deviations(nonlinearity: Nonlinearity, factor: number) {
  const { kernels } = selectKernels();
  const random = createRandom(0);
  const draw = initializerFor(nonlinearity);
  const initializer: Initializer = (values, shape, stream) => {
    draw(values, shape, stream);
    for (let i = 0; i < values.length; i++) values[i] *= Math.sqrt(factor / RIGHT[nonlinearity]);
  };
  const specs = Array.from({ length: LAYERS }, (_, l) => [
    { name: `${l}.weight`, shape: [WIDTH, WIDTH], initializer },
    { name: `${l}.bias`, shape: [WIDTH], initializer: zeros },
  ]).flat();
  const parameters = createParameters(kernels, specs, random.fork('weights'));
  const noise = (name: string): Matrix => {
    const matrix = allocateMatrix(kernels, ROWS, WIDTH);
    const stream = random.fork(name);
    for (let i = 0; i < matrix.values.length; i++) matrix.values[i] = stream.gaussian();
    return matrix;
  };

  let x = noise('input');
  const steps: { step: ReturnType<typeof affine>; output: Matrix }[] = [];
  const activations: Point[] = [[0, deviation(x.values)]];
  for (let l = 0; l < LAYERS; l++) {
    const step = affine(kernels, { weight: parameters.get(`${l}.weight`), bias: parameters.get(`${l}.bias`) }, x);
    x = step.output;
    kernels[nonlinearity](x.values, x.values, x.values.length);
    steps.push({ step, output: x });
    activations.push([l + 1, deviation(x.values)]);
  }
  let gradient = noise('gradient');
  const gradients: Point[] = [[LAYERS, deviation(gradient.values)]];
  for (let l = LAYERS - 1; l >= 0; l--) {
    const { step, output } = steps[l];
    const { values } = gradient;
    kernels[`${nonlinearity}Backward` as const](values, values, output.values, values.length);
    gradient = step.backward(gradient);
    gradients.unshift([l, deviation(gradient.values)]);
  }
  return { activations, gradients };
}

function deviation(values: Floats): number {
  const numbers = Array.from(values);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
}
