import { type TransitionLists, transitionsInto, transitionsOutOf } from './transition-lists.js';

/**
 * The lattice of all tag sequences of one sentence: emission scores per token, transition scores between tags. The CRF learns
 * on it and the decoder reads it; without a CRF the transitions are 0 where the tag scheme allows them.
 */

/** Scores of going from tag to tag, in log space; -Infinity is impossible. `between[from * K + to]`. */
export interface TransitionScores {
  readonly between: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** Tokens from the middle of a sentence; without it they are a whole one. */
export interface PartOfSentence {
  /** (K): what each tag scores at the token before the first, all that came before included. Absent at the beginning. */
  readonly before?: Float64Array | undefined;
  /** Whether more tokens follow, so that the last one need not end the sentence. */
  readonly goesOn?: boolean;
}

/** The best path (Viterbi 1967); of equal paths the one with the lower tag ids. */
export interface BestPath {
  /** emissions (T, K), `before` in log space -> (T) */
  path(emissions: Float64Array, tokens: number, part?: PartOfSentence): Int32Array;
  /** (K): the score of the best path to each tag of one more token, with emissions (K). */
  extend(before: Float64Array | undefined, emissions: Float64Array): Float64Array;
}

export function createBestPath({ between, start, end }: TransitionScores): BestPath {
  const k = start.length;
  const steps = transitionsInto(between, k, Number.NEGATIVE_INFINITY);
  const { count, listOf } = steps;
  const best = new Float64Array(count);
  const bestFrom = new Int32Array(count);
  const scores = new Float64Array(k);
  let back = new Int32Array(0); // (T, lists)

  const enter = (from: Float64Array | undefined, emissions: Float64Array, at: number, out: Float64Array): void => {
    if (from) bestOfLists(steps, from, best, bestFrom);
    for (let to = 0; to < k; to++) out[to] = (from ? best[listOf[to]] : start[to]) + emissions[at + to];
  };

  return {
    path(emissions, tokens, { before, goesOn = false } = {}) {
      const path = new Int32Array(tokens);
      if (tokens === 0) return path;
      if (back.length < tokens * count) back = new Int32Array(2 * tokens * count);
      for (let t = 0; t < tokens; t++) {
        enter(t === 0 ? before : scores, emissions, t * k, scores);
        for (let list = 0; list < count; list++) back[t * count + list] = bestFrom[list];
      }
      let last = 0;
      if (!goesOn) for (let tag = 0; tag < k; tag++) scores[tag] += end[tag];
      for (let tag = 1; tag < k; tag++) if (scores[tag] > scores[last]) last = tag;
      for (let t = tokens - 1; t >= 0; t--) {
        path[t] = last;
        last = back[t * count + listOf[last]];
      }
      return path;
    },
    extend(before, emissions) {
      const out = new Float64Array(k);
      enter(before, emissions, 0, out);
      return out;
    },
  };
}

function bestOfLists(
  { count, starts, tags, scores }: TransitionLists,
  from: Float64Array,
  best: Float64Array,
  bestFrom: Int32Array,
): void {
  for (let list = 0; list < count; list++) {
    let highest = Number.NEGATIVE_INFINITY;
    let tag = 0;
    for (let i = starts[list]; i < starts[list + 1]; i++) {
      const score = from[tags[i]] + scores[i];
      if (score > highest) {
        highest = score;
        tag = tags[i];
      }
    }
    best[list] = highest;
    bestFrom[list] = tag;
  }
}

/**
 * Scaled forward and backward probabilities (Rabiner 1989, section V.A): alpha[t] sums to 1 at every t, and
 * alpha[t][i] beta[t][i] is the marginal of tag i at token t.
 */
export interface Lattice {
  /** (T, K): exp(emission - row maximum), at least exp(-100). */
  readonly emission: Float64Array;
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  /** (T): what alpha[t] was divided by. */
  readonly scale: Float64Array;
  /** Log of the summed weight of all sequences. */
  readonly logPartition: number;
  marginal(at: number): number;
}

/**
 * Emissions further below the best of their token count as this far below: if only tags that lose by hundreds are legal,
 * their weights would all become 0 and every probability 0 / 0.
 */
const LEAST_LOG_WEIGHT = -100;
const LEAST_WEIGHT = Math.exp(LEAST_LOG_WEIGHT);

/**
 * @param weights Of the same temperature: `weightsOf(transitions, temperature)`.
 * @param temperature What emissions are divided by.
 * @returns Forward-backward over these weights; its lattice is overwritten by the next call.
 */
export function createForwardBackward(
  weights: TransitionScores,
  temperature = 1,
): (emissions: Float64Array, tokens: number, part?: PartOfSentence) => Lattice {
  const { between, start, end } = weights;
  const k = start.length;
  const into = transitionsInto(between, k, 0);
  const outOf = transitionsOutOf(between, k, 0);
  const sums = new Float64Array(Math.max(into.count, outOf.count));
  const onward = new Float64Array(k);
  let room = 0;
  let [emission, alpha, beta, maxima, scale] = [sums, sums, sums, sums, sums];

  return (emissions, tokens, { before, goesOn = false } = {}) => {
    if (room < tokens) {
      room = Math.max(2 * room, tokens);
      [emission, alpha, beta] = [0, 0, 0].map(() => new Float64Array(room * k));
      [maxima, scale] = [0, 0].map(() => new Float64Array(room));
    }
    const weighing = { k, temperature, out: emission };
    for (let t = 0; t < tokens; t++) maxima[t] = weighEmissions(emissions, t * k, weighing);

    for (let t = 0; t < tokens; t++) {
      const row = t * k;
      const isFirst = t === 0 && before === undefined;
      if (!isFirst) sumLists(into, t === 0 ? before! : alpha, t === 0 ? 0 : row - k, sums);
      let sum = 0;
      for (let to = 0; to < k; to++) {
        let value = (isFirst ? start[to] : sums[into.listOf[to]]) * emission[row + to];
        if (t === tokens - 1 && !goesOn) value *= end[to];
        alpha[row + to] = value;
        sum += value;
      }
      scale[t] = sum;
      for (let to = 0; to < k; to++) alpha[row + to] /= sum;
    }

    for (let t = tokens - 1; t >= 0; t--) {
      const row = t * k;
      if (t === tokens - 1) {
        beta.fill(1, row, row + k);
        continue;
      }
      const isNextLast = t + 1 === tokens - 1 && !goesOn;
      for (let to = 0; to < k; to++) {
        onward[to] = (emission[row + k + to] * (isNextLast ? end[to] : 1) * beta[row + k + to]) / scale[t + 1];
      }
      sumLists(outOf, onward, 0, sums);
      for (let from = 0; from < k; from++) beta[row + from] = sums[outOf.listOf[from]];
    }
    return {
      emission,
      alpha,
      beta,
      scale,
      get logPartition() {
        let sum = 0;
        for (let t = 0; t < tokens; t++) sum += maxima[t] + Math.log(scale[t]);
        return sum;
      },
      marginal: (at) => clamp(alpha[at] * beta[at]),
    };
  };
}

/** One token's emissions as weights, the greatest 1; NaN if any is. Returns their maximum, divided by the temperature. */
function weighEmissions(
  emissions: Float64Array,
  at: number,
  { k, temperature, out }: { readonly k: number; readonly temperature: number; readonly out: Float64Array },
): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = at; i < at + k; i++) max = Math.max(max, emissions[i]);
  for (let i = at; i < at + k; i++) {
    const below = (emissions[i] - max) / temperature;
    out[i] = below <= LEAST_LOG_WEIGHT ? LEAST_WEIGHT : Math.exp(below);
  }
  return max / temperature;
}

/** For each list the sum of weight times the value of the tag at the other end. */
function sumLists(
  { count, starts, tags, scores }: TransitionLists,
  values: Float64Array,
  at: number,
  sums: Float64Array,
): void {
  for (let list = 0; list < count; list++) {
    let sum = 0;
    for (let i = starts[list]; i < starts[list + 1]; i++) sum += values[at + tags[i]] * scores[i];
    sums[list] = sum;
  }
}

/** e to the power of every transition score, divided by the temperature first: what forwardBackward multiplies by. */
export function weightsOf({ between, start, end }: TransitionScores, temperature = 1): TransitionScores {
  const weigh = (scores: Float64Array): Float64Array => scores.map((score) => Math.exp(score / temperature));
  return { between: weigh(between), start: weigh(start), end: weigh(end) };
}

/** What entering tag `to` at token t multiplies a path's weight by, the transition apart. */
export function stepWeight(
  emission: Float64Array,
  end: Float64Array,
  t: number,
  to: number,
  tokens: number,
  k: number,
): number {
  return emission[t * k + to] * (t === tokens - 1 ? end[to] : 1);
}

/** Rounding may leave a probability a hair outside; 0 times an overflow is 0. */
export function clamp(probability: number): number {
  return probability > 0 ? Math.min(1, probability) : 0;
}
