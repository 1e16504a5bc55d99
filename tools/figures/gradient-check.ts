import { createRandom } from '#base/random.js';
import { checkGradients } from '#engine/core/gradient-check.js';
import type { Parameter } from '#engine/core/parameter.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createBatch } from '#tagging/features/batch.js';
import { loadModel } from '#tagging/model/model-directory.js';
import { COLORS, chart, type Point, written } from '../charts/chart.js';
import type { Measurement, Scale } from './measurement.js';
import { corpus, train } from './training.js';

/** Some faults show only away from the initial weights. */
const STEPS = 20;
const SENTENCES = 3;
const MOST_WORDS = 8;
/** Components looked at of each parameter: every one of 800,000 would take hours. */
const COMPONENTS = 40;
const GROUPS = [
  { name: 'embeddings', pattern: /^embedding/, color: COLORS.purple },
  { name: 'W_ax', pattern: /weight_ih/, color: COLORS.blue },
  { name: 'W_aa', pattern: /weight_hh/, color: COLORS.vermillion },
  { name: 'W_ya', pattern: /^output.weight/, color: COLORS.green },
  { name: 'biases', pattern: /bias/, color: COLORS.black },
];

/** Every gradient of the default network twice: by backpropagation and by two-sided differences. */
export async function gradientCheck(scale: Scale): Promise<Measurement> {
  const { output } = await train({ scale, name: 'gradient-check', set: { max_steps: STEPS } });
  const sound = createReferenceKernels('float64');
  /** The classic slip: the derivative of tanh with y in place of y squared. */
  const faulty: Kernels = {
    ...sound,
    tanhBackward(dX, dY, y, n) {
      for (let i = 0; i < n; i++) dX[i] = dY[i] * (1 - y[i]);
    },
  };
  const panels = [
    { title: 'As it is', ...check(output, sound) },
    { title: 'With 1 − y for 1 − y² in tanh’', ...check(output, faulty) },
  ];
  const axis = { log: true, min: 1e-7, max: 1, ticks: [1e-6, 1e-4, 1e-2, 1] };
  const svg = chart({
    title: 'Two-sided differences agree with backpropagation, and find a fault at once',
    description: `Analytic against numeric gradients of ${panels[0].count} components of the default network on a doubly logarithmic scale. As it is, all lie on the diagonal, at a distance of ${written(panels[0].distance)}. With a wrong derivative of tanh everything below the output layer leaves it, at a distance of ${written(panels[1].distance)}.`,
    columns: 2,
    panelHeight: 326,
    nameWidth: 30,
    panels: panels.map(({ title, groups, distance }, p) => ({
      title: `${title}: distance ${written(distance)}`,
      x: { ...axis, label: '|gradient| by backpropagation' },
      y: { ...axis, label: '|gradient| by two-sided differences' },
      diagonal: true,
      series: groups.map(({ name, color, points }, i) => ({
        name: p === 0 ? name : '',
        color,
        points,
        dots: true,
        nameAt: [10 ** -2.6, 10 ** (-4.6 - i / 2.8)],
      })),
    })),
  });
  const table = [
    '| | components | distance | verdict |',
    '|---|---|---|---|',
    ...panels.map(
      ({ title, count, distance, verdict }) => `| ${title} | ${count} | ${written(distance)} | ${verdict} |`,
    ),
  ];
  return { figures: { 'gradient-check': svg }, tables: { 'gradient-check': table } };
}

function check(directory: string, kernels: Kernels) {
  const { encoder, network, tagSet } = loadModel(directory, kernels).model;
  const { parameters } = network;
  const sentences = corpus.train.sentences
    .filter(({ words, tags }) => words.length <= MOST_WORDS && tags.some((tag) => tag !== 'O'))
    .slice(0, SENTENCES);
  const batch = createBatch(sentences.map(({ words, tags }) => encoder.encode(words, tagSet.encode(tags))));
  const context = { kernels, training: false, random: createRandom(0) };
  const lossAndGradient = () => {
    const position = kernels.arena.position;
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const loss = network.lossAndGradient(batch, context, 1 / batch.layout.rows);
    kernels.arena.release(position);
    return loss;
  };
  lossAndGradient();
  const components = parameters.list.flatMap((parameter) => sampleOf(parameter));
  const options = { lossAndGradient, loss: lossAndGradient, dropoutActive: false };
  const report = checkGradients({ ...options, parameters: { ...parameters, list: components } });
  const groups = GROUPS.map(({ name, pattern, color }) => ({
    name,
    color,
    points: report.rows
      .filter((row) => pattern.test(row.name))
      .map(({ worst }): Point => [Math.abs(worst.analytic), Math.abs(worst.numeric)]),
  }));
  return { groups, count: components.length, distance: report.distance, verdict: report.verdict };
}

/** Single components, each as a parameter of its own; only those that this minibatch reaches. */
function sampleOf(parameter: Parameter): Parameter[] {
  const { name, values, grad } = parameter;
  const reached = [...grad.keys()].filter((i) => grad[i] !== 0);
  const chosen = createRandom(0).fork(name).shuffle(reached).slice(0, COMPONENTS);
  return chosen.map((i) => ({
    ...parameter,
    shape: [1],
    values: values.subarray(i, i + 1),
    grad: grad.subarray(i, i + 1),
  }));
}
