import { experiment, type HeatMap } from './experiment.js';
import { nameProbabilities, statesOf, trainSmallTagger } from './small-tagger.js';
import { PAIRS, TRAINING } from './teddy-sentences.js';

const STEPS = 120;
const NETWORKS = [
  { name: 'one-way, look-ahead 0', config: { look_ahead: 0 } },
  { name: 'one-way, look-ahead 1', config: { look_ahead: 1 } },
  { name: 'one-way, look-ahead 2', config: { look_ahead: 2 } },
  { name: 'bidirectional', config: { bidirectional: true } },
];

/** Two sentences that begin alike, read by four networks. */
export const teddy = experiment({
  id: 'one-way-rnn',
  title: 'The one-way network and Teddy',
  summary:
    'Two sentences that begin alike, read with look-ahead 0, 1 and 2 and from both sides; the state as a heat map.',
  text: [
    'At Teddy, a network that reads from left to right has seen “He said, Teddy” in both sentences. It must say the same in both, and in one it is wrong, however long it trains.',
    'Look-ahead shows it the next words beside the current one and keeps it one-way: a tag is final k words later. A bidirectional net needs the whole sentence first. Your browser now trains all four, on 29 other sentences, with the engine’s own layers.',
  ],
  formula: 'a<t> = tanh(W_ax [x<t>, ..., x<t+k>] + W_aa a<t-1> + b_a),  a<0> = 0',
  files: ['src/engine/recurrent/rnn.ts', 'src/engine/layers/right-context.ts', 'src/tagging/model/tagger-plan.ts'],
  isLong: true,
  controls: {
    pair: {
      kind: 'choice',
      label: 'Sentences',
      options: {
        teddy: 'Teddy Roosevelt, Teddy bears',
        mark: 'Mark Evans, Mark my words',
        rose: 'Rose Tyler, Rose petals',
      },
      value: 'teddy',
    },
    shown: {
      kind: 'choice',
      label: 'State shown',
      options: { '0': 'look-ahead 0', '1': 'look-ahead 1', '2': 'look-ahead 2' },
      value: '0',
    },
    hidden: { kind: 'range', label: 'Units of the state', from: 2, to: 16, step: 2, value: 8 },
    seed: { kind: 'range', label: 'Seed of the weights', from: 1, to: 9, step: 1, value: 1 },
  },
  run({ pair, shown, hidden, seed }) {
    const sentences = PAIRS[pair].map((sentence) => sentence.split(' '));
    const at = 3; // the word in question, in every pair
    const models = NETWORKS.map(({ name, config }) => ({
      name,
      model: trainSmallTagger({ sentences: TRAINING, config: { ...config, hidden_size: hidden }, seed, steps: STEPS }),
    }));
    const rows = models.map(({ name, model }) => ({
      name,
      beliefs: sentences.map((words) => nameProbabilities(model, words)),
    }));
    const word = sentences[0][at];
    const [blind] = rows;
    const gap = Math.abs(blind.beliefs[0][at] - blind.beliefs[1][at]);
    const rest = rows
      .slice(1)
      .map(({ name, beliefs: [first, second] }) => `${name}: ${share(first[at])} and ${share(second[at])}`);
    return {
      says: `At “${word}” the network without look-ahead believes in a name with ${share(blind.beliefs[0][at])} in both sentences (${gap === 0 ? 'the same to the last digit' : `they differ by ${gap.toExponential(0)}`}). ${rest.join('; ')}.`,
      exhibits: [
        ...sentences.map((words, s) => ({
          kind: 'table' as const,
          title: `“${words.join(' ')}”: probability of a name at each word`,
          head: ['network', ...words],
          rows: rows.map(({ name, beliefs }) => ({
            cells: [name, ...beliefs[s].map(share)],
            isMarked: name === blind.name,
          })),
        })),
        ...sentences.map((words) => stateMap(words, statesOf(models[Number(shown)].model, words).states)),
      ],
    };
  },
});

function stateMap(words: readonly string[], states: readonly (readonly number[])[]): HeatMap {
  return {
    kind: 'heat',
    title: `The state a<t> along “${words.slice(0, 5).join(' ')} …”`,
    description: 'A row for every unit, a column for every word: blue is near 1, orange near -1.',
    columns: words,
    rows: states[0].map((_, unit) => ({ name: `${unit + 1}`, values: states.map((state) => state[unit]) })),
  };
}

function share(probability: number): string {
  return probability.toFixed(2);
}
