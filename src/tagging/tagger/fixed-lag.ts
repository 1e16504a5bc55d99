import type { TagSet } from '#annotation/tags/tag-set.js';
import { createBestPath, createForwardBackward, type TransitionScores, weightsOf } from '#engine/structured/lattice.js';
import { type DecoderOptions, iob2Tags } from './decode.js';

/** All that decoding must know of the tokens before: per tag, (K) each. */
export interface LagScores {
  /** Log score of the best path to each tag that agrees with every tag said so far; -Infinity where none does. */
  readonly best: Float64Array;
  /** Probability of each tag given the emissions so far. */
  readonly forward: Float64Array;
}

export interface LaggedTag {
  /** IOB2 */
  readonly tag: string;
  /** Probability of the tag given all emissions seen so far. */
  readonly score: number;
}

/** A window of tokens: emissions (T, K), and the scores of the token before it, unless it begins the sentence. */
export interface LagWindow {
  readonly before: LagScores | undefined;
  readonly emissions: Float64Array;
  readonly tokens: number;
}

/**
 * Viterbi decoding with a fixed lag: the first tag of a window is said on the evidence of the window alone and from then on
 * taken for granted. What is taken for granted is the IOB2 tag, B or S alike and I or E alike, since whether a name goes on
 * is for the next token to tell; so what has been said can always be continued, and ended, in a legal way.
 */
export interface FixedLagDecoder {
  /** The tag of the window's first token, others following the window; and the scores after that token. */
  settle(window: LagWindow): { readonly settled: LaggedTag; readonly after: LagScores };
  /** The tags of the window if the sentence ends with it. */
  finish(window: LagWindow): LaggedTag[];
}

export function createFixedLagDecoder(
  tagSet: TagSet,
  transitions: TransitionScores,
  { temperature = 1 }: DecoderOptions = {},
): FixedLagDecoder {
  const k = tagSet.tags.length;
  const bestPath = createBestPath(transitions);
  const forwardBackward = createForwardBackward(weightsOf(transitions, temperature), temperature);
  const iob2 = iob2Tags(tagSet);

  const scored = (tagId: number, marginal: (tagId: number) => number): LaggedTag => {
    let score = 0;
    for (let tag = 0; tag < k; tag++) if (iob2[tag] === iob2[tagId]) score += marginal(tag);
    return { tag: iob2[tagId], score: Math.min(1, score) };
  };

  return {
    settle({ before, emissions, tokens }) {
      const part = { before: before?.best, goesOn: true };
      const [tagId] = bestPath.path(emissions, tokens, part);
      const { marginal, alpha } = forwardBackward(emissions, tokens, { ...part, before: before?.forward });
      const best = bestPath.extend(before?.best, emissions);
      for (let tag = 0; tag < k; tag++) if (iob2[tag] !== iob2[tagId]) best[tag] = Number.NEGATIVE_INFINITY;
      const highest = Math.max(...best); // taken away, or the scores of an endless sentence would lose their precision
      for (let tag = 0; tag < k; tag++) best[tag] -= highest;
      return { settled: scored(tagId, marginal), after: { best, forward: alpha.slice(0, k) } };
    },
    finish({ before, emissions, tokens }) {
      const path = bestPath.path(emissions, tokens, { before: before?.best });
      const { marginal } = forwardBackward(emissions, tokens, { before: before?.forward });
      return Array.from(path, (tagId, t) => scored(tagId, (tag) => marginal(t * k + tag)));
    },
  };
}
