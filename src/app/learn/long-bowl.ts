import type { ChartPoint } from '#app/shared/chart.js';
import { createParameters } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { experiment } from './experiment.js';

const START = [-9, 4] as const;
const NAMES = { sgd: 'gradient descent', momentum: 'momentum', rmsprop: 'RMSprop', adam: 'Adam' } as const;
const CONTOURS = [0.1, 0.4, 0.7, 1];
/** Points of an ellipse. */
const ROUND = 60;

/** A bowl that is long in one direction and steep in the other, descended four ways. */
export const longBowl = experiment({
  id: 'optimizers',
  title: 'The long bowl: gradient descent, momentum, RMSprop, Adam',
  summary: 'Four optimizers go down the same long, narrow valley; sliders for steepness, rate and both betas.',
  text: [
    'The loss is (x^2 + k y^2) / 2: k times as steep across as along. Plain gradient descent must take a rate small enough for the steep direction, below 2 / k, and then crawls along the flat one; above it, it flies out.',
    'Momentum averages out what swings to and fro and adds up what keeps its direction. RMSprop divides each direction by its usual size, so that both go equally fast. Adam is both, bias-corrected.',
  ],
  formula: 'v := b1 v + (1 - b1) dw,  s := b2 s + (1 - b2) dw^2,  w := w - a v / (sqrt(s) + eps)',
  files: [
    'src/engine/optimizers/sgd.ts',
    'src/engine/optimizers/momentum.ts',
    'src/engine/optimizers/rmsprop.ts',
    'src/engine/optimizers/adam.ts',
  ],
  controls: {
    steepness: { kind: 'range', label: 'k, how narrow', from: 1, to: 40, step: 1, value: 15 },
    rate: {
      kind: 'range',
      label: 'Rate of descent and momentum',
      from: -2.5,
      to: 0,
      step: 0.05,
      value: -0.95,
      isPower: true,
    },
    adaptiveRate: {
      kind: 'range',
      label: 'Rate of RMSprop and Adam',
      from: -2,
      to: 0.5,
      step: 0.05,
      value: -0.3,
      isPower: true,
    },
    beta1: { kind: 'range', label: 'beta 1', from: 0, to: 0.99, step: 0.01, value: 0.9 },
    beta2: { kind: 'range', label: 'beta 2', from: 0, to: 0.999, step: 0.001, value: 0.99 },
    steps: { kind: 'range', label: 'Steps', from: 10, to: 200, step: 10, value: 60 },
  },
  run({ steepness, rate, adaptiveRate, beta1, beta2, steps }) {
    const lossAt = ([x, y]: ChartPoint): number => (x * x + steepness * y * y) / 2;
    const runs = (['sgd', 'momentum', 'rmsprop', 'adam'] as const).map((name) => {
      const kernels = createReferenceKernels('float64');
      const parameters = createParameters(
        kernels,
        [{ name: 'w', shape: [2], initializer: (values) => values.set(START), decays: false }],
        undefined,
      );
      const w = parameters.get('w');
      w.values.set(START);
      const options = { beta1, beta2, epsilon: 1e-8, weightDecay: 0 };
      const optimizer = createOptimizer(name, { kernels, parameters, options });
      const path: ChartPoint[] = [[START[0], START[1]]];
      for (let step = 1; step <= steps; step++) {
        w.grad.set([w.values[0], steepness * w.values[1]]);
        const learningRate = name === 'rmsprop' || name === 'adam' ? adaptiveRate : rate;
        optimizer.update({ from: 0, to: 2, step, learningRate });
        path.push([w.values[0], w.values[1]]);
      }
      return { name: NAMES[name], path };
    });
    const highest = lossAt(START);
    const ends = runs.map(({ name, path }) => ({ name, loss: lossAt(path.at(-1)!) }));
    const best = ends.reduce((a, b) => (b.loss < a.loss ? b : a));
    const lost = ends.filter(({ loss }) => !(loss <= highest)).map(({ name }) => name);
    return {
      says:
        `After ${steps} steps ${best.name} is deepest, at a loss of ${Number(best.loss.toPrecision(2))}.` +
        (lost.length > 0 ? ` Higher than where it began: ${lost.join(', ')}.` : '') +
        ` Plain gradient descent needs a rate below 2/k = ${Number((2 / steepness).toPrecision(2))}.`,
      exhibits: [
        {
          kind: 'chart',
          title: 'The ways down',
          description: `The bowl from above, its lowest point in the middle. ${runs
            .map(
              ({ name, path }) =>
                `${name} ends at ${path
                  .at(-1)!
                  .map((at) => at.toPrecision(2))
                  .join(', ')}`,
            )
            .join('; ')}.`,
          x: { label: 'x, the flat direction', from: -10, to: 10 },
          y: { label: 'y, the steep one', from: -5, to: 5 },
          series: [
            ...CONTOURS.map((share) => ({
              name: '',
              look: 'quiet' as const,
              points: contour(highest * share, steepness),
            })),
            ...runs.map(({ name, path }) => ({ name, points: path })),
          ],
        },
        {
          kind: 'chart',
          title: 'The loss by step',
          description: ends.map(({ name, loss }) => `${name} ends at ${loss.toExponential(1)}`).join('; '),
          x: { label: 'step', from: 0, to: steps },
          y: { label: 'loss', isLog: true, from: 1e-6, to: 1e4 },
          series: runs.map(({ name, path }) => ({
            name,
            points: path.map((at, step): ChartPoint => [step, lossAt(at)]),
          })),
        },
      ],
    };
  },
});

/** All points of one height. */
function contour(loss: number, steepness: number): ChartPoint[] {
  return Array.from({ length: ROUND + 1 }, (_, i): ChartPoint => {
    const angle = (i / ROUND) * 2 * Math.PI;
    return [Math.sqrt(2 * loss) * Math.cos(angle), Math.sqrt((2 * loss) / steepness) * Math.sin(angle)];
  });
}
