import type { TagSet } from '../tags/tag-set.js';
import type { TokenSpan } from '../tags/token-span.js';

/** Scores of going from tag to tag, in log space; -Infinity is impossible. `between[from * K + to]`. */
export interface TransitionScores {
  readonly between: Float64Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
}

export interface ScoredSpan extends TokenSpan {
  /** Probability, over all legal tag sequences, of exactly this span with exactly this label. */
  readonly score: number;
}

export interface DecodedSentence {
  /** The best legal tag sequence (T). */
  readonly tagIds: Int32Array;
  /** Probability of that tag at that token, over all legal sequences (T). */
  readonly tokenScores: Float64Array;
  /** The names of the best sequence, in order. */
  readonly spans: readonly ScoredSpan[];
  /** Probability of any other span or label. */
  scoreOf(span: TokenSpan): number;
}

export interface Decoder {
  /** emissions (T, K): log probabilities, or any log scores, of each tag at each token. */
  decode(emissions: Float64Array, tokens: number): DecodedSentence;
}

/** 0 where the tag scheme allows the step, -Infinity where it does not: no tagger can then emit an ill-formed sequence. */
export function legalTransitions(tagSet: TagSet): TransitionScores {
  const logOf = (allowed: Uint8Array): Float64Array =>
    Float64Array.from(allowed, (bit) => (bit ? 0 : Number.NEGATIVE_INFINITY));
  return {
    between: logOf(tagSet.allowedTransitions),
    start: logOf(tagSet.allowedStart),
    end: logOf(tagSet.allowedEnd),
  };
}

export function createDecoder(tagSet: TagSet, transitions: TransitionScores = legalTransitions(tagSet)): Decoder {
  const weights = {
    between: transitions.between.map(Math.exp),
    start: transitions.start.map(Math.exp),
    end: transitions.end.map(Math.exp),
  };
  return {
    decode(emissions, tokens) {
      const tagIds = viterbi(emissions, tokens, transitions);
      const lattice = forwardBackward(emissions, tokens, weights);
      const k = tagSet.tags.length;
      const scoreOf = (span: TokenSpan): number => spanProbability(tagSet, lattice, weights, tokens, span);
      return {
        tagIds,
        tokenScores: Float64Array.from(tagIds, (tag, t) => lattice.marginal(t * k + tag)),
        spans: spansOf(tagSet, tagIds).map((span) => ({ ...span, score: scoreOf(span) })),
        scoreOf,
      };
    },
  };
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
interface Lattice {
  /** (T, K): exp(emission - row maximum). */
  readonly emission: Float64Array;
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  /** (T): what alpha[t] was divided by. */
  readonly scale: Float64Array;
  marginal(at: number): number;
}

function forwardBackward(emissions: Float64Array, tokens: number, weights: TransitionScores): Lattice {
  const k = weights.start.length;
  const { between, start, end } = weights;
  const emission = new Float64Array(tokens * k);
  const alpha = new Float64Array(tokens * k);
  const beta = new Float64Array(tokens * k);
  const scale = new Float64Array(tokens);
  for (let t = 0; t < tokens; t++) {
    let max = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < k; i++) max = Math.max(max, emissions[t * k + i]);
    for (let i = 0; i < k; i++) emission[t * k + i] = Math.exp(emissions[t * k + i] - max);
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
  return { emission, alpha, beta, scale, marginal: (at) => clamp(alpha[at] * beta[at]) };
}

/** What entering tag `to` at token t multiplies a path's weight by, the transition apart. */
function stepWeight(
  emission: Float64Array,
  end: Float64Array,
  t: number,
  to: number,
  tokens: number,
  k: number,
): number {
  return emission[t * k + to] * (t === tokens - 1 ? end[to] : 1);
}

function spanProbability(
  tagSet: TagSet,
  lattice: Lattice,
  weights: TransitionScores,
  tokens: number,
  { label, startToken, endToken }: TokenSpan,
): number {
  const k = tagSet.tags.length;
  const { alpha, beta, emission, scale } = lattice;
  const iob2 = Array.from({ length: endToken - startToken }, (_, i) => `${i === 0 ? 'B' : 'I'}-${label}`);
  const path = tagSet.encode(iob2);
  let weight = alpha[startToken * k + path[0]];
  for (let i = 1; i < path.length; i++) {
    const t = startToken + i;
    const step = stepWeight(emission, weights.end, t, path[i], tokens, k);
    weight *= (weights.between[path[i - 1] * k + path[i]] * step) / scale[t];
  }
  const last = path[path.length - 1];
  if (tagSet.format === 'bioes' || endToken === tokens) return clamp(weight * beta[(endToken - 1) * k + last]);
  // In BIO the next tag decides that the span ends here: every continuation but I of the same label.
  const inside = tagSet.id(`I-${label}`);
  let onward = 0;
  for (let to = 0; to < k; to++) {
    if (to === inside) continue;
    onward +=
      weights.between[last * k + to] *
      stepWeight(emission, weights.end, endToken, to, tokens, k) *
      beta[endToken * k + to];
  }
  return clamp((weight * onward) / scale[endToken]);
}

/** Spans of a legal path. */
function spansOf(tagSet: TagSet, tagIds: Int32Array): TokenSpan[] {
  const spans: TokenSpan[] = [];
  let startToken = -1;
  for (let t = 0; t <= tagIds.length; t++) {
    const prefix = t < tagIds.length ? tagSet.prefix(tagIds[t]) : 'O';
    const isInside = prefix === 'I' || prefix === 'E';
    if (startToken >= 0 && !isInside) {
      spans.push({ label: tagSet.labels[tagSet.labelIndex(tagIds[startToken])], startToken, endToken: t });
      startToken = -1;
    }
    if (prefix === 'B' || prefix === 'S') startToken = t;
  }
  return spans;
}

/** Rounding may leave a probability a hair outside. */
function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
