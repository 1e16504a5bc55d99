import { createReferenceKernels } from '#engine/kernels/reference.js';
import { lstm } from '#engine/recurrent/lstm.js';
import { experiment } from './experiment.js';
import { statesOf, trainSmallTagger } from './small-tagger.js';
import { PAIRS, TRAINING } from './teddy-sentences.js';

const STEPS = 120;
const HIDDEN = 8;
/** In the order of the rows of the weights. */
const GATES = [
  { name: 'input gate i', detail: 'how much of the candidate is written' },
  { name: 'forget gate f', detail: 'how much of the cell is kept' },
  { name: 'candidate g', detail: 'what would be written' },
  { name: 'output gate o', detail: 'how much of the cell is shown' },
];

/** What the gates of an LSTM do along a sentence. */
export const lstmGates = experiment({
  id: 'lstm-gates',
  title: 'The gates of an LSTM along a sentence',
  summary: 'Which units write, keep and show at each word: four heat maps of a network your browser has just trained.',
  text: [
    'A plain recurrent net multiplies its state by the same matrix at every word, so that what it knew fades or explodes. An LSTM keeps a second state, the cell, that is only added to and scaled by gates between 0 and 1: where the forget gate stays open, the gradient goes through unchanged.',
    'Look at the comma and at the name: gates that open there are how the network marks where a name may begin. Forget gates start near 0.73, for their bias starts at 1: remember, until you learn to forget.',
  ],
  formula: 'c<t> = f c<t-1> + i g,  a<t> = o tanh(c<t>)',
  files: ['src/engine/recurrent/lstm.ts'],
  isLong: true,
  controls: {
    sentence: {
      kind: 'choice',
      label: 'Sentence',
      options: { '0': PAIRS.teddy[0], '1': PAIRS.teddy[1], '2': PAIRS.rose[0] },
      value: '0',
    },
    trained: { kind: 'choice', label: 'Weights', options: { yes: 'trained', no: 'as they begin' }, value: 'yes' },
    seed: { kind: 'range', label: 'Seed of the weights', from: 1, to: 9, step: 1, value: 1 },
  },
  run({ sentence, trained, seed }) {
    const words = [PAIRS.teddy[0], PAIRS.teddy[1], PAIRS.rose[0]][Number(sentence)].split(' ');
    const model = trainSmallTagger({
      sentences: TRAINING,
      config: { rnn_type: 'lstm', hidden_size: HIDDEN, look_ahead: 1 },
      seed,
      steps: trained === 'yes' ? STEPS : 0,
    });
    const { parameters } = model.network;
    const gates = gatesAlong(statesOf(model, words).inputs, {
      weightIh: parameters.get('rnn.weight_ih_l0').values,
      weightHh: parameters.get('rnn.weight_hh_l0').values,
      bias: parameters.get('rnn.bias_ih_l0').values,
    });
    const forget = mean(gates.flatMap((gate) => [...gate.subarray(HIDDEN, 2 * HIDDEN)]));
    return {
      says: `The forget gates are open to ${Math.round(100 * forget)} percent in the mean of this sentence${trained === 'yes' ? '' : ', before any training'}.`,
      exhibits: GATES.map(({ name, detail }, g) => ({
        kind: 'heat' as const,
        title: `${name}: ${detail}`,
        description: 'A row for every unit, a column for every word; blue is near 1, orange near -1.',
        columns: words,
        rows: Array.from({ length: HIDDEN }, (_, unit) => ({
          name: `${unit + 1}`,
          values: gates.map((gate) => gate[g * HIDDEN + unit]),
        })),
      })),
    };
  },
});

interface GateWeights {
  /** (4H, I) */
  readonly weightIh: ArrayLike<number>;
  /** (4H, H) */
  readonly weightHh: ArrayLike<number>;
  /** (4H) */
  readonly bias: ArrayLike<number>;
}

/** (T) of (4H): i, f, g, o after their nonlinearities, by the cell's own single step. */
function gatesAlong(inputs: readonly (readonly number[])[], { weightIh, weightHh, bias }: GateWeights): Float64Array[] {
  const kernels = createReferenceKernels('float64');
  const rows = 4 * HIDDEN;
  const recurrent = Float64Array.from(weightHh);
  const step = lstm.step({
    kernels,
    hidden: HIDDEN,
    parameter: () => Float64Array.from(bias),
    addRecurrent: (out, { hiddenBefore }) =>
      kernels.matmulTransposedB(out, hiddenBefore, recurrent, 1, rows, HIDDEN, true),
  });
  let [hiddenBefore, cellBefore] = [new Float64Array(HIDDEN), new Float64Array(HIDDEN)];
  return inputs.map((x, t) => {
    const input = Float64Array.from(bias);
    kernels.matmulTransposedB(input, Float64Array.from(x), Float64Array.from(weightIh), 1, rows, x.length, true);
    const [hidden, cell] = [new Float64Array(HIDDEN), new Float64Array(HIDDEN)];
    step({ rows: 1, isFirst: t === 0, input, hiddenBefore, cellBefore, hidden, cell });
    [hiddenBefore, cellBefore] = [hidden, cell];
    return input;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
