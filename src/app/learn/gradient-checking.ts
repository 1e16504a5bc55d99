import type { ChartPoint } from '#app/shared/chart.js';
import { createRandom } from '#base/random.js';
import { checkGradients, type GradientCheckReport } from '#engine/core/gradient-check.js';
import type { Kernels } from '#engine/kernels/kernels.js';
import { createReferenceKernels } from '#engine/kernels/reference.js';
import { createBatch } from '#tagging/features/batch.js';
import { buildFeatureVocabularies } from '#tagging/features/features.js';
import { parseOptions } from '#tagging/model/config-options.js';
import { MODEL_OPTIONS } from '#tagging/model/model-config.js';
import { createTaggerModel } from '#tagging/model/tagger-model.js';
import { NO_REGULARIZATION } from '#tagging/model/tagger-plan.js';
import { experiment } from './experiment.js';

const SENTENCES = [
  { words: 'Ana de Souza met Li Wei'.split(' '), tags: 'B-PER I-PER I-PER O B-PER I-PER'.split(' ') },
  { words: 'Bears sing'.split(' '), tags: ['O', 'O'] },
];
const SMALL = {
  hidden_size: 4,
  word_dimension: 3,
  word_min_count: 1,
  affix_dimension: 0,
  shape_dimension: 2,
  char_filters: 0,
  fine_tune_vectors: false,
  look_ahead: 1,
};
/** Exponents of the widths that the curve is drawn for. */
const WIDTHS = [-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11, -12];

/** The curve is drawn of these alone: a check of all for every width takes a server too long. */
const CURVE = ['rnn.weight_hh_l0', 'rnn.bias_ih_l0'];

const BUGS = {
  none: 'none',
  tanh: '1 - y instead of 1 - y squared, the derivative of tanh',
  bias: 'the biases get the gradient of one row too few',
  scale: 'the loss is a mean, its gradient a sum',
} as const;

/** Backpropagation against two-sided differences, with a fault to switch on. */
export const gradientChecking = experiment({
  id: 'gradient-check',
  title: 'Gradient checking, with a bug to switch on',
  summary: 'Every gradient of a small tagger twice, by backpropagation and by two-sided differences.',
  text: [
    'Two-sided differences need no calculus: move one weight a little to either side and see how the loss changes. Their error shrinks with the square of the width, until rounding takes over; one-sided differences are far worse. Where both gradients agree to 1e-7 backpropagation is right, at 1e-3 it is wrong.',
    'The rules: never while training, for it takes two passes a weight. Look at the components when it fails. Include the regularization. Never with dropout. Run it again after some training.',
  ],
  formula: '|g - g2| / (|g| + |g2|),  g2 = (J(w + e) - J(w - e)) / 2e',
  files: ['src/engine/core/gradient-check.ts'],
  controls: {
    bug: { kind: 'choice', label: 'Bug in the backward pass', options: BUGS, value: 'none' },
    cell: { kind: 'choice', label: 'Cell', options: { rnn: 'tanh RNN', gru: 'GRU', lstm: 'LSTM' }, value: 'rnn' },
    epsilon: { kind: 'range', label: 'e, half the width', from: -12, to: -1, step: 1, value: -7, isPower: true },
  },
  run({ bug, cell, epsilon }) {
    const check = checkOf(cell, bug);
    const report = check(epsilon);
    const curve = WIDTHS.map((power): ChartPoint => [10 ** power, Math.max(1e-12, check(10 ** power, CURVE).distance)]);
    const wrong = report.rows.filter(({ verdict }) => verdict === 'wrong').map(({ name }) => name);
    return {
      says: `Distance ${report.distance.toExponential(1)}: ${report.verdict}. ${wrong.length === 0 ? '' : `The parameters that give it away: ${wrong.join(', ')}.`}`.trim(),
      exhibits: [
        {
          kind: 'table',
          title: 'Each parameter',
          head: ['parameter', 'numbers', 'distance', 'verdict'],
          rows: report.rows.map(({ name, count, distance, verdict }) => ({
            cells: [name, String(count), distance.toExponential(1), verdict],
            isMarked: verdict === 'wrong',
          })),
        },
        {
          kind: 'chart',
          title: 'The distance of W_aa and b_a by e',
          description: `Least at ${curve.reduce((a, b) => (b[1] < a[1] ? b : a))[0].toExponential(0)}: wider ones are too coarse, narrower ones drown in rounding.`,
          x: { label: 'e', isLog: true, from: 1e-12, to: 1e-1 },
          y: { label: 'distance', isLog: true, from: 1e-12, to: 1 },
          series: [{ name: '', points: curve }],
        },
      ],
    };
  },
});

/** Checks every parameter, or those that are named. */
function checkOf(
  cell: 'rnn' | 'gru' | 'lstm',
  bug: keyof typeof BUGS,
): (epsilon: number, names?: readonly string[]) => GradientCheckReport {
  const kernels = withBug(createReferenceKernels('float64'), bug);
  const config = parseOptions(MODEL_OPTIONS, { ...SMALL, rnn_type: cell }, 'experiment');
  const random = createRandom(1);
  const words = SENTENCES.flatMap((sentence) => sentence.words);
  const { network, encoder, tagSet } = createTaggerModel({
    config,
    vocabularies: buildFeatureVocabularies(words, config),
    labels: ['PER'],
    regularization: NO_REGULARIZATION,
    kernels,
    random: random.fork('weights'),
  });
  const batch = createBatch(SENTENCES.map(({ words: own, tags }) => encoder.encode(own, tagSet.encode(tags))));
  const { parameters } = network;
  const lossAndGradient = (): number => {
    const position = kernels.arena.position;
    kernels.fill(parameters.grad, 0, parameters.grad.length);
    const loss = network.lossAndGradient(batch, { kernels, training: true, random }, 1 / batch.layout.rows);
    if (bug === 'scale') kernels.scale(parameters.grad, batch.layout.rows, parameters.grad.length);
    kernels.arena.release(position);
    return loss;
  };
  return (epsilon, names) => {
    const list = names?.map((name) => parameters.get(name)) ?? parameters.list;
    const loss = lossAndGradient;
    return checkGradients({
      parameters: { ...parameters, list },
      lossAndGradient,
      loss,
      epsilon,
      dropoutActive: false,
    });
  };
}

/** The engine's arithmetic with one slip in it. */
function withBug(sound: Kernels, bug: keyof typeof BUGS): Kernels {
  if (bug === 'tanh') {
    return {
      ...sound,
      tanhBackward(dX, dY, y, n) {
        for (let i = 0; i < n; i++) dX[i] = dY[i] * (1 - y[i]);
      },
    };
  }
  if (bug === 'bias') return { ...sound, addColumnSums: (out, x, m, n) => sound.addColumnSums(out, x, m - 1, n) };
  return sound;
}
