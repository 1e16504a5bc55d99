import type { ChartPoint } from '#app/shared/chart.js';
import { createRandom } from '#base/random.js';
import { createMovingAverage } from '#engine/optimizers/moving-average.js';
import { experiment } from './experiment.js';

const COUNT = 200;

/** A noisy curve and averages of it that forget. */
export const weightedAverages = experiment({
  id: 'averages',
  title: 'Exponentially weighted averages',
  summary:
    'One number of memory smooths a noisy curve; beta says how long it remembers, bias correction mends its beginning.',
  text: [
    'Momentum, RMSprop, Adam and the average of the weights are all this: v keeps beta of what it was and takes in 1 - beta of what comes, which averages over about the last 1 / (1 - beta) values. A larger beta is smoother, and later.',
    'Since v starts at 0, the first averages are far too small. Dividing by 1 - beta^t, the sum of the weights given out so far, makes it a true average from the first value on.',
  ],
  formula: 'v := beta v + (1 - beta) x,  corrected: v / (1 - beta^t)',
  files: ['src/engine/optimizers/moving-average.ts'],
  controls: {
    beta: { kind: 'range', label: 'beta', from: 0, to: 0.99, step: 0.01, value: 0.9 },
    noise: { kind: 'range', label: 'Noise', from: 0, to: 2, step: 0.1, value: 0.8 },
  },
  run({ beta, noise }) {
    const random = createRandom(7).fork('noise');
    const values = Array.from({ length: COUNT }, (_, i): ChartPoint => {
      const season = 4 + 2.5 * Math.sin((i / COUNT) * 2 * Math.PI * 1.25);
      return [i + 1, season + noise * random.gaussian()];
    });
    const average = createMovingAverage(beta);
    const corrected = values.map(([t, value]): ChartPoint => [t, average.add(value)]);
    const plain = corrected.map(([t, value]): ChartPoint => [t, value * (1 - beta ** t)]);
    const first = plain[0][1] / values[0][1];
    return {
      says: `With beta ${beta} each value is an average over about the last ${Number((1 / (1 - beta)).toPrecision(3))}. Without correction the first one is ${Number((100 * first).toPrecision(2))} percent of what it should be.`,
      exhibits: [
        {
          kind: 'chart',
          title: 'A noisy curve and its average',
          description: `${COUNT} values, their exponentially weighted average with beta ${beta}, and the same without bias correction.`,
          x: { label: 't', from: 0, to: COUNT },
          y: { label: 'value' },
          series: [
            { name: 'values', points: values, look: 'dots' },
            { name: 'average, bias corrected', points: corrected },
            { name: 'without correction', points: plain },
          ],
        },
      ],
    };
  },
});
