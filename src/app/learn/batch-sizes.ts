import type { ChartPoint } from '#app/shared/chart.js';
import { createRandom, type Random } from '#base/random.js';
import type { Matrix } from '#engine/core/layer.js';
import { createParameters } from '#engine/core/parameter.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { affine, linearSpecs } from '#engine/layers/linear.js';
import { softmaxCrossEntropy } from '#engine/layers/softmax-cross-entropy.js';
import { createOptimizer } from '#engine/optimizers/create-optimizer.js';
import { experiment } from './experiment.js';

const EXAMPLES = 512;
const INPUTS = 12;
const CLASSES = 3;

/** The same work spent on one exact step, or on many rough ones. */
export const batchSizes = experiment({
  id: 'minibatches',
  title: 'Full batch against minibatches',
  summary: 'The loss by work done, for minibatches of any size, beside the gradient of all examples at once.',
  text: [
    'The exact gradient needs all examples before every step. The gradient of a few points roughly the same way for a fraction of the work: for the price of one exact step there are many small ones, and they get further. The smaller the batch, the noisier its way.',
    'Here 512 examples of 12 numbers fall into three classes; a softmax over a linear layer learns them. Both lines have looked at equally many examples at the same place of the axis.',
  ],
  formula: 'w := w - a (1/m) sum of the gradients of m examples',
  files: ['src/engine/layers/linear.ts', 'src/engine/layers/softmax-cross-entropy.ts', 'src/engine/optimizers/sgd.ts'],
  controls: {
    size: { kind: 'range', label: 'Examples a minibatch, 2 to the power of', from: 0, to: 9, step: 1, value: 5 },
    rate: { kind: 'range', label: 'Learning rate', from: -2, to: 1, step: 0.1, value: -0.3, isPower: true },
    epochs: { kind: 'range', label: 'Times through all examples', from: 1, to: 8, step: 1, value: 4 },
  },
  run({ size, rate, epochs }) {
    const examples = 2 ** size;
    const small = lossesOf(examples, { rate, epochs });
    const full = lossesOf(EXAMPLES, { rate, epochs });
    const [smallEnd, fullEnd] = [small.at(-1)![1], full.at(-1)![1]];
    return {
      says: `${epochs} times through the examples are ${epochs * (EXAMPLES / examples)} steps with minibatches of ${examples}, and ${epochs} with all at once. The loss over all examples ends at ${smallEnd.toPrecision(2)} and ${fullEnd.toPrecision(2)}.`,
      exhibits: [
        {
          kind: 'chart',
          title: 'The loss over all examples, by work done',
          description: `Minibatches of ${examples} end at ${smallEnd.toPrecision(2)}, all examples at once at ${fullEnd.toPrecision(2)}.`,
          x: { label: 'times through all examples', from: 0, to: epochs },
          y: { label: 'loss', from: 0, to: 2 },
          series: [
            { name: `minibatches of ${examples}`, points: small },
            { name: 'all at once', points: full },
          ],
        },
      ],
    };
  },
});

function lossesOf(size: number, { rate, epochs }: { readonly rate: number; readonly epochs: number }): ChartPoint[] {
  const kernels = createReferenceKernels('float64');
  const random = createRandom(3);
  const { x, targets } = someExamples(random.fork('examples'));
  const parameters = createParameters(
    kernels,
    linearSpecs({ name: 'output', inputs: INPUTS, outputs: CLASSES }),
    random.fork('weights'),
  );
  const layer = { weight: parameters.get('output.weight'), bias: parameters.get('output.bias') };
  const optimizer = createOptimizer('sgd', {
    kernels,
    parameters,
    options: { beta1: 0, beta2: 0, epsilon: 0, weightDecay: 0 },
  });
  const lossOf = (rows: readonly number[], isStep: boolean): number => {
    const position = kernels.arena.position;
    const input: Matrix = {
      values: kernels.arena.floats(rows.length * INPUTS),
      rows: rows.length,
      columns: INPUTS,
      isConstant: true,
    };
    const wanted = kernels.arena.ints(rows.length);
    rows.forEach((row, i) => {
      input.values.set(x.subarray(row * INPUTS, (row + 1) * INPUTS), i * INPUTS);
      wanted[i] = targets[row];
    });
    const step = affine(kernels, layer, input);
    const { value, dLogits } = softmaxCrossEntropy({ kernels }, parameters, step.output, {
      targets: wanted,
      factor: 1 / rows.length,
    });
    if (isStep) {
      kernels.fill(parameters.grad, 0, parameters.grad.length);
      step.backward(dLogits);
    }
    kernels.arena.release(position);
    return value;
  };
  const all = Array.from({ length: EXAMPLES }, (_, i) => i);
  const points: ChartPoint[] = [[0, lossOf(all, false)]];
  const steps = EXAMPLES / size;
  /** The loss over all examples is measured this often; measuring is not counted as work. */
  const every = Math.max(1, Math.floor(steps / 16));
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.fork('order', epoch).shuffle([...all]);
    for (let s = 0; s < steps; s++) {
      lossOf(order.slice(s * size, (s + 1) * size), true);
      step++;
      optimizer.update({ from: 0, to: parameters.values.length, step, learningRate: rate });
      if ((s + 1) % every === 0 || s === steps - 1) points.push([step / steps, lossOf(all, false)]);
    }
  }
  return points;
}

/** Three clouds that overlap a little. */
function someExamples(random: Random): { readonly x: Float64Array; readonly targets: Int32Array } {
  const centers = Array.from({ length: CLASSES * INPUTS }, () => random.gaussian());
  const x = new Float64Array(EXAMPLES * INPUTS);
  const targets = new Int32Array(EXAMPLES);
  for (let i = 0; i < EXAMPLES; i++) {
    targets[i] = i % CLASSES;
    for (let j = 0; j < INPUTS; j++) x[i * INPUTS + j] = 0.5 * centers[targets[i] * INPUTS + j] + random.gaussian();
  }
  return { x, targets };
}
