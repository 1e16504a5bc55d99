import {
  clamp,
  forwardBackward,
  type Lattice,
  stepWeight,
  type TransitionScores,
  viterbi,
  weightsOf,
} from '../network/lattice.js';
import type { TagSet } from '../tags/tag-set.js';
import type { TokenSpan } from '../tags/token-span.js';

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

/** @param transitions The network's own: `network.transitions()`. */
export function createDecoder(tagSet: TagSet, transitions: TransitionScores): Decoder {
  const weights = weightsOf(transitions);
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
