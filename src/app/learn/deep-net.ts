import type { ChartPoint } from '#app/shared/chart.js';
import { createRandom } from '#base/random.js';
import { initializerFor } from '#engine/core/initializers.js';
import { allocateSequence, type Matrix, type Sequence, type Step } from '#engine/core/layer.js';
import { createPackedLayout } from '#engine/core/packed-layout.js';
import { createParameters, type Initializer } from '#engine/core/parameter.js';
import type { Floats } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { linear, linearSpecs } from '#engine/layers/linear.js';
import { normalization, normalizationSpecs } from '#engine/layers/normalization.js';
import { residual } from '#engine/layers/residual.js';
import { experiment, type ValuesOf } from './experiment.js';

const WIDTH = 48;
const ROWS = 24;
/** The weights' variance times n that keeps a signal's size. */
const RIGHT = { linear: 1, tanh: 1, relu: 2 } as const;
const FLOOR = 1e-16;
const CEILING = 1e16;

const CONTROLS = {
  nonlinearity: {
    kind: 'choice',
    label: 'After every layer',
    options: { tanh: 'tanh', relu: 'ReLU', linear: 'nothing' },
    value: 'tanh',
  },
  weights: {
    kind: 'choice',
    label: 'Initial weights',
    options: { random: 'random, of variance c / n', identity: 'c times the identity' },
    value: 'random',
  },
  factor: { kind: 'range', label: 'c', from: 0.1, to: 4, step: 0.1, value: 1 },
  layers: { kind: 'range', label: 'Layers', from: 5, to: 60, step: 5, value: 40 },
  way: {
    kind: 'choice',
    label: 'Between layers',
    options: { plain: 'nothing more', residual: 'residual connections', layer: 'layer normalization' },
    value: 'plain',
  },
} as const;

/** Signals forwards and gradients backwards through many layers. */
export const deepNet = experiment({
  id: 'initial-weights',
  title: 'Initial weights: signals that vanish and explode',
  summary: 'Activations and gradients through up to 60 layers, for weights a little too small and a little too large.',
  text: [
    'A deep net multiplies a signal once a layer, and its gradient once more on the way back. With weights of 0.9 times the identity, forty layers leave 1.5 percent of it; with 1.1 times, 45 times as much. The first vanishes, the second explodes.',
    'A unit that adds up n inputs multiplies their variance by n Var(w). Weights of variance 1/n keep it; before a ReLU, which sets half of them to zero, it takes 2/n. Residual connections and normalization are the other two ways to keep a deep net alive.',
  ],
  formula: 'Var(w) = 1/n before tanh,  2/n before ReLU',
  files: ['src/engine/core/initializers.ts', 'src/engine/layers/linear.ts', 'src/engine/layers/residual.ts'],
  controls: CONTROLS,
  run(values) {
    const { activations, gradients } = sizesByLayer(values);
    const [last, first] = [activations.at(-1)![1], gradients[0][1]];
    return {
      says: `After ${values.layers} layers a signal of size 1 has the size ${written(last)}; the gradient that arrives at the input has ${written(first)} of what it was at the output. ${verdictOf(last, first)}`,
      exhibits: [
        sizesChart('Activations, forwards', activations),
        sizesChart('Gradients, from the last layer back to the first', gradients),
      ],
    };
  },
});

function sizesChart(title: string, points: readonly ChartPoint[]) {
  return {
    kind: 'chart',
    title,
    description: `From ${written(points[0][1])} at the input to ${written(points.at(-1)![1])} at layer ${points.at(-1)![0]}.`,
    x: { label: 'layer', from: 0, to: points.at(-1)![0] },
    y: { label: 'standard deviation', isLog: true, from: 1e-12, to: 1e12 },
    series: [{ name: '', points }],
  } as const;
}

/** Standard deviations by layer: of activations (0 is the input), and of the gradients that reach them. */
function sizesByLayer({ nonlinearity, weights, factor, layers, way }: ValuesOf<typeof CONTROLS>) {
  const kernels = createReferenceKernels('float64');
  const random = createRandom(1);
  const context = { kernels, training: true, random };
  const draw = initializerFor(nonlinearity === 'relu' ? 'relu' : 'tanh');
  const initializer: Initializer = (values, shape, stream) => {
    if (weights === 'identity') {
      for (let i = 0; i < WIDTH; i++) values[i * WIDTH + i] = factor;
      return;
    }
    draw(values, shape, stream);
    const right = nonlinearity === 'relu' ? RIGHT.relu : RIGHT.tanh;
    for (let i = 0; i < values.length; i++) values[i] *= Math.sqrt(factor / right);
  };
  const specs = Array.from({ length: layers }, (_, l) => [
    ...linearSpecs({ name: `${l}`, inputs: WIDTH, outputs: WIDTH }, initializer),
    ...(way === 'layer' ? normalizationSpecs({ type: 'layer', name: `${l}.norm`, columns: WIDTH }) : []),
  ]).flat();
  const parameters = createParameters(kernels, specs, random.fork('weights'));
  const layout = createPackedLayout(Array.from({ length: ROWS }, () => 1));
  const noise = (name: string): Sequence => {
    const stream = random.fork(name);
    const values = kernels.arena.floats(ROWS * WIDTH);
    for (let i = 0; i < values.length; i++) values[i] = stream.gaussian();
    return { values, rows: ROWS, columns: WIDTH, layout };
  };
  const layer =
    (l: number) =>
    (input: Sequence): Step => {
      const step = linear(context, parameters, input, { name: `${l}` });
      if (nonlinearity === 'linear') return step;
      const output = allocateSequence(kernels, step.output);
      kernels[nonlinearity](output.values, step.output.values, output.values.length);
      return {
        output,
        backward(dOutput) {
          kernels[`${nonlinearity}Backward` as const](
            dOutput.values,
            dOutput.values,
            output.values,
            output.values.length,
          );
          return step.backward(dOutput);
        },
      };
    };

  let x = noise('input');
  const steps: Step[] = [];
  const activations: ChartPoint[] = [[0, sizeOf(x.values)]];
  for (let l = 0; l < layers; l++) {
    const own = way === 'residual' ? residual(context, layer(l), x) : layer(l)(x);
    const after =
      way === 'layer'
        ? normalization(context, parameters, own.output, { type: 'layer', name: `${l}.norm` })
        : undefined;
    const step: Step = after ? { output: after.output, backward: (d) => own.backward(after.backward(d)) } : own;
    steps.push(step);
    x = step.output;
    activations.push([l + 1, sizeOf(x.values)]);
  }
  let gradient: Matrix = noise('gradient');
  const gradients: ChartPoint[] = [[layers, sizeOf(gradient.values)]];
  for (let l = layers - 1; l >= 0; l--) {
    gradient = steps[l].backward(gradient);
    gradients.unshift([l, sizeOf(gradient.values)]);
  }
  return { activations, gradients };
}

/** Kept within what a chart can show: a size that ran over is at its upper end, one that is gone at its lower. */
function sizeOf(values: Floats): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const size = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  return Number.isFinite(size) ? Math.min(CEILING, Math.max(FLOOR, size)) : CEILING;
}

function verdictOf(activation: number, gradient: number): string {
  if (activation < 1e-3 || gradient < 1e-3) return 'It vanishes: the first layers would learn nothing.';
  if (activation > 1e3 || gradient > 1e3) return 'It explodes: one step would throw the weights far away.';
  return 'Both keep about their size: this net can learn.';
}

function written(size: number): string {
  return size >= 0.01 && size < 1000
    ? String(Number(size.toPrecision(2)))
    : size.toExponential(1).replace('e', ' · 10^').replace('+', '');
}
