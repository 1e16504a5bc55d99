import type { TagSet } from '#annotation/tags/tag-set.js';
import type { TokenSpan } from '#annotation/tags/token-span.js';
import {
  clamp,
  createBestPath,
  createForwardBackward,
  type Lattice,
  stepWeight,
  type TransitionScores,
  weightsOf,
} from '#engine/structured/lattice.js';

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
}

export interface Decoder {
  /** emissions (T, K): log probabilities, or any log scores, of each tag at each token. */
  decode(emissions: Float64Array, tokens: number): DecodedSentence;
  /** Probability of any span and label in the sentence decoded last. */
  scoreOf(span: TokenSpan): number;
}

export interface DecoderOptions {
  /**
   * T of Guo et al. 2017: emissions and transitions are divided by it before they become probabilities; above 1 the scores
   * are less sure. 1 unless told. The best path does not depend on it.
   */
  readonly temperature?: number;
}

/** @param transitions The network's own: `network.transitions()`. */
export function createDecoder(
  tagSet: TagSet,
  transitions: TransitionScores,
  { temperature = 1 }: DecoderOptions = {},
): Decoder {
  const k = tagSet.tags.length;
  const weights = weightsOf(transitions, temperature);
  const bestPath = createBestPath(transitions);
  const forwardBackward = createForwardBackward(weights, temperature);
  let last: { readonly lattice: Lattice; readonly tokens: number } | undefined;

  const scoreOf = (span: TokenSpan): number =>
    last ? spanProbability(tagSet, last.lattice, weights, last.tokens, span) : 0;
  return {
    decode(emissions, tokens) {
      const tagIds = bestPath.path(emissions, tokens);
      const lattice = forwardBackward(emissions, tokens);
      last = { lattice, tokens };
      const tokenScores = new Float64Array(tokens);
      for (let t = 0; t < tokens; t++) tokenScores[t] = lattice.marginal(t * k + tagIds[t]);
      const spans = spansOf(tagSet, tagIds).map((span) => ({ ...span, score: scoreOf(span) }));
      return { tagIds, tokenScores, spans };
    },
    scoreOf,
  };
}

/**
 * Forbids a name to go on from the token before into the one whose emissions, (K), begin at `at`.
 *
 * @param goingOn Of {@link goingOnTags}.
 */
export function forbidGoingOn(emissions: Float64Array, at: number, goingOn: readonly number[]): void {
  for (const tag of goingOn) emissions[at + tag] = Number.NEGATIVE_INFINITY;
}

/** The ids of the tags that go on with a name: I and E. */
export function goingOnTags(tagSet: TagSet): number[] {
  return tagSet.tags.flatMap((_, id) => (['I', 'E'].includes(tagSet.prefix(id)) ? [id] : []));
}

/** For each tag id how the tag is written in IOB2, given that the sequence around it is legal. */
export function iob2Tags({ tags }: TagSet): string[] {
  return tags.map((tag) => tag.replace(/^S-/, 'B-').replace(/^E-/, 'I-'));
}

function spanProbability(
  tagSet: TagSet,
  { alpha, beta, emission, scale }: Lattice,
  weights: TransitionScores,
  tokens: number,
  { label, startToken, endToken }: TokenSpan,
): number {
  const k = tagSet.tags.length;
  const hasEnds = tagSet.format === 'bioes';
  const isPlain = tagSet.format === 'plain';
  const inside = tagSet.id(`${isPlain ? 'B' : 'I'}-${label}`);
  let tag = tagSet.id(`${hasEnds && endToken - startToken === 1 ? 'S' : 'B'}-${label}`);
  let weight = alpha[startToken * k + tag];
  for (let t = startToken + 1; t < endToken; t++) {
    const next = hasEnds && t === endToken - 1 ? tagSet.id(`E-${label}`) : inside;
    const step = stepWeight(emission, weights.end, t, next, tokens, k);
    weight *= (weights.between[tag * k + next] * step) / scale[t];
    tag = next;
  }
  if (hasEnds || isPlain || endToken === tokens) return clamp(weight * beta[(endToken - 1) * k + tag]);
  // In BIO the next tag decides that the span ends here: every continuation but I of the same label.
  let onward = 0;
  for (let to = 0; to < k; to++) {
    if (to === inside) continue;
    onward +=
      weights.between[tag * k + to] *
      stepWeight(emission, weights.end, endToken, to, tokens, k) *
      beta[endToken * k + to];
  }
  return clamp((weight * onward) / scale[endToken]);
}

/** Spans of a legal path. */
export function spansOf(tagSet: TagSet, tagIds: Int32Array): TokenSpan[] {
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
