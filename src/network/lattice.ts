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

/** The best path (Viterbi 1967); of equal paths the one with the lower tag ids. */
export function viterbi(
  emissions: Float64Array,
  tokens: number,
  { between, start, end }: TransitionScores,
): Int32Array {
  const k = start.length;
  const path = new Int32Array(tokens);
  if (tokens === 0) return path;
  const back = new Int32Array(tokens * k);
  let scores = Float64Array.from({ length: k }, (_, tag) => start[tag] + emissions[tag]);
  let next = new Float64Array(k);
  for (let t = 1; t < tokens; t++) {
    for (let to = 0; to < k; to++) {
      let best = 0;
      let bestScore = Number.NEGATIVE_INFINITY;
      for (let from = 0; from < k; from++) {
        const score = scores[from] + between[from * k + to];
        if (score > bestScore) {
          bestScore = score;
          best = from;
        }
      }
      next[to] = bestScore + emissions[t * k + to];
      back[t * k + to] = best;
    }
    [scores, next] = [next, scores];
  }
  let last = 0;
  for (let tag = 1; tag < k; tag++) if (scores[tag] + end[tag] > scores[last] + end[last]) last = tag;
  for (let t = tokens - 1; t >= 0; t--) {
    path[t] = last;
    last = back[t * k + last];
  }
  return path;
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

export function forwardBackward(emissions: Float64Array, tokens: number, weights: TransitionScores): Lattice {
  const k = weights.start.length;
  const { between, start, end } = weights;
  const emission = new Float64Array(tokens * k);
  const alpha = new Float64Array(tokens * k);
  const beta = new Float64Array(tokens * k);
  const scale = new Float64Array(tokens);
  let logPartition = 0;
  for (let t = 0; t < tokens; t++) {
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < k; i++) max = Math.max(max, emissions[t * k + i]);
    for (let i = 0; i < k; i++) emission[t * k + i] = Math.exp(Math.max(emissions[t * k + i] - max, LEAST_LOG_WEIGHT));
    logPartition += max;
  }
  for (let t = 0; t < tokens; t++) {
    let sum = 0;
    for (let to = 0; to < k; to++) {
      let incoming = t === 0 ? start[to] : 0;
      if (t > 0) for (let from = 0; from < k; from++) incoming += alpha[(t - 1) * k + from] * between[from * k + to];
      const value = incoming * emission[t * k + to] * (t === tokens - 1 ? end[to] : 1);
      alpha[t * k + to] = value;
      sum += value;
    }
    scale[t] = sum;
    logPartition += Math.log(sum);
    for (let to = 0; to < k; to++) alpha[t * k + to] /= sum;
  }
  for (let t = tokens - 1; t >= 0; t--) {
    for (let from = 0; from < k; from++) {
      let outgoing = t === tokens - 1 ? 1 : 0;
      if (t < tokens - 1) {
        for (let to = 0; to < k; to++) {
          outgoing += between[from * k + to] * stepWeight(emission, end, t + 1, to, tokens, k) * beta[(t + 1) * k + to];
        }
        outgoing /= scale[t + 1];
      }
      beta[t * k + from] = outgoing;
    }
  }
  return { emission, alpha, beta, scale, logPartition, marginal: (at) => clamp(alpha[at] * beta[at]) };
}

/** e to the power of every transition score: what forwardBackward multiplies by. */
export function weightsOf({ between, start, end }: TransitionScores): TransitionScores {
  return { between: between.map(Math.exp), start: start.map(Math.exp), end: end.map(Math.exp) };
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
