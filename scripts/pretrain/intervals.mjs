import { createRandom } from '../../dist/random.js';

/**
 * Precision, recall and F1 with 95 % intervals by the percentile bootstrap: sentences are drawn anew, with replacement.
 *
 * @param {readonly Counts[]} counts one a sentence
 * @param {{ resamples: number }} options
 * @returns {{ gold: number, precision: Interval, recall: Interval, f1: Interval }}
 *
 * @typedef {{ correct: number, predicted: number, gold: number }} Counts
 * @typedef {{ value: number, low: number, high: number }} Interval
 */
export function scoresWithIntervals(counts, { resamples }) {
  const random = createRandom(0).fork('bootstrap');
  const total = scoresOf(counts.reduce(added, NONE));
  const samples = Array.from({ length: resamples }, () => {
    let sum = NONE;
    for (let i = 0; i < counts.length; i++) sum = added(sum, counts[random.integer(counts.length)]);
    return scoresOf(sum);
  });
  const interval = (measure) => {
    const sorted = samples.map((sample) => sample[measure]).sort((left, right) => left - right);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return { value: total[measure], low: at(0.025), high: at(0.975) };
  };
  return { gold: total.gold, precision: interval('precision'), recall: interval('recall'), f1: interval('f1') };
}

const NONE = { correct: 0, predicted: 0, gold: 0 };

function added(left, right) {
  return {
    correct: left.correct + right.correct,
    predicted: left.predicted + right.predicted,
    gold: left.gold + right.gold,
  };
}

function scoresOf({ correct, predicted, gold }) {
  const precision = predicted === 0 ? 0 : correct / predicted;
  const recall = gold === 0 ? 0 : correct / gold;
  return { gold, precision, recall, f1: predicted + gold === 0 ? 0 : (2 * correct) / (predicted + gold) };
}
