import { createTagSet } from '#annotation/tags/tag-set.js';
import { createBestPath, createForwardBackward, weightsOf } from '#engine/structured/lattice.js';
import { legalTransitions } from '#tagging/model/tagger-model.js';
import { experiment } from './experiment.js';

/** The score over O of the tags that have no slider. */
const UNLIKELY = -4;
const WORDS = ['Anna', 'Lind', 'of', 'Ford'] as const;

/** What legal sequences and learned transitions change about words judged one by one. */
export const crfRules = experiment({
  id: 'crf',
  title: 'What a CRF forbids',
  summary: 'Scores of single words, the best tag of each, and the best legal sequence of all.',
  text: [
    'A softmax judges every word by itself, and the best tags side by side need not be a name: I-ORG cannot follow B-PER, and no name begins with I. The decoder looks for the best sequence among the legal ones (Viterbi) instead.',
    'A conditional random field also learns what going from one tag to another is worth, here one number: the score of going on within a name. Probabilities of single tags come from all sequences at once (forward-backward).',
  ],
  formula: 'score(y) = sum of emissions[t, y<t>] + sum of transitions[y<t-1>, y<t>]',
  files: ['src/engine/structured/lattice.ts', 'src/engine/structured/crf.ts'],
  controls: {
    anna: { kind: 'range', label: 'Anna: B-PER over O', from: -4, to: 4, step: 0.5, value: 1 },
    lindPerson: { kind: 'range', label: 'Lind: I-PER over O', from: -4, to: 4, step: 0.5, value: 1 },
    lindOrganization: { kind: 'range', label: 'Lind: I-ORG over O', from: -4, to: 4, step: 0.5, value: 2 },
    ford: { kind: 'range', label: 'Ford: I-ORG over O', from: -4, to: 4, step: 0.5, value: 2 },
    beginning: { kind: 'range', label: 'Ford: B-ORG over O', from: -4, to: 4, step: 0.5, value: 1.5 },
    going: { kind: 'range', label: 'Learned: going on within a name', from: -4, to: 4, step: 0.5, value: 0 },
  },
  run({ anna, lindPerson, lindOrganization, ford, beginning, going }) {
    const tagSet = createTagSet(['ORG', 'PER'], 'bio');
    const { tags } = tagSet;
    const k = tags.length;
    const emissions = Float64Array.from({ length: WORDS.length * k }, (_, at) => (tags[at % k] === 'O' ? 0 : UNLIKELY));
    const set = (word: number, tag: string, score: number): void => {
      emissions[word * k + tags.indexOf(tag)] = score;
    };
    set(0, 'B-PER', anna);
    set(1, 'I-PER', lindPerson);
    set(1, 'I-ORG', lindOrganization);
    set(3, 'I-ORG', ford);
    set(3, 'B-ORG', beginning);
    const { between, start, end } = legalTransitions(tagSet);
    const learned = between.map((score, at) => score + (tags[at % k].startsWith('I-') ? going : 0));
    const transitions = { between: learned, start, end };
    const alone = WORDS.map((_, t) => tags[bestOf(emissions.subarray(t * k, (t + 1) * k))]);
    const together = [...createBestPath(transitions).path(emissions, WORDS.length)].map((tag) => tags[tag]);
    const lattice = createForwardBackward(weightsOf(transitions, 1))(emissions, WORDS.length);
    const probability = (t: number, tag: string) => lattice.marginal(t * k + tags.indexOf(tag));
    const broken = alone.findIndex((tag, t) => tag.startsWith('I-') && alone[t - 1]?.slice(2) !== tag.slice(2));
    return {
      says:
        broken < 0
          ? `Word by word the tags are legal: ${alone.join(' ')}. The best sequence is ${together.join(' ')}.`
          : `Word by word “${WORDS[broken]}” would be ${alone[broken]}, which cannot follow ${broken === 0 ? 'the beginning' : alone[broken - 1]}. The best legal sequence is ${together.join(' ')}.`,
      exhibits: [
        {
          kind: 'table',
          title: 'Each word',
          head: ['word', 'best tag alone', 'in the best sequence', 'probability of that tag, all sequences counted'],
          rows: WORDS.map((word, t) => ({
            cells: [word, alone[t], together[t], probability(t, together[t]).toFixed(2)],
            isMarked: alone[t] !== together[t],
          })),
        },
        {
          kind: 'table',
          title: 'What may follow what',
          head: ['from', ...tags],
          rows: tags.map((from, i) => ({
            cells: [from, ...tags.map((_, j) => (between[i * k + j] === 0 ? 'yes' : 'never'))],
          })),
        },
      ],
    };
  },
});

function bestOf(scores: Float64Array): number {
  return scores.reduce((best, score, i) => (score > scores[best] ? i : best), 0);
}
