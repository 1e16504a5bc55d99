import type { Floats, Ints, Kernels } from '#engine/kernels/kernels.js';
import type { SkipGramSettings } from './skip-gram-settings.js';

/** Centres of a step, at most. */
export const CENTRES = 128;
/** Words drawn for a step; its centres share them (Ji et al. 2016, https://arxiv.org/abs/1604.04661). */
export const DRAWN = 128;
/** The drawn words are dealt out in blocks of so many. */
const BLOCK = 16;
/** A step may be divided into so many shares. */
export const MOST_SHARES = DRAWN / BLOCK;

/** One of the parts into which a step is divided. */
export interface StepShare {
  /** From 0. */
  readonly index: number;
  readonly shares: number;
}

export interface SkipGramSizes {
  /** V: words that are learned. */
  readonly words: number;
  /** Entries of `parts` over all words. */
  readonly parts: number;
}

/** What is learned, and the minibatch: memory of the kernels, which threads share. */
export interface SkipGramArrays {
  /** (V + buckets, D): vectors of words, then of n-grams. */
  readonly input: Floats;
  /** (V, D) */
  readonly output: Floats;
  /** (V + 1): where the parts of each word begin in `parts`. */
  readonly partStarts: Ints;
  /** Rows of `input` whose mean is a word's vector: the word's own, then those of its n-grams. */
  readonly parts: Ints;
  /** (M), at most CENTRES: words of the minibatch. */
  readonly centres: Ints;
  /** (M + 1): where the neighbours of each centre begin in `contexts`. */
  readonly contextStarts: Ints;
  /** (P): the words that the centres are to foretell. */
  readonly contexts: Ints;
  /** (DRAWN) */
  readonly drawn: Ints;
}

/**
 * The arithmetic of a step in two halves, whose shares any thread may do, without a bit of the result depending on who does them or
 * how many they are: every row of a product is computed alike in whatever company, and every vector is moved by one share, in a
 * fixed order.
 */
export interface SkipGramStep {
  readonly arrays: SkipGramArrays;
  /**
   * What the centres of a share would have of their neighbours and of the drawn words; nothing is moved yet.
   *
   * @param losses (M), where given: the loss of each centre.
   */
  foretell(share: StepShare, m: number, rate: number, losses: Float64Array | undefined): void;
  /** Once all have foretold: moves the vectors that fall to a share, all but those of the drawn words. */
  follow(share: StepShare, m: number): void;
  /** Once all have followed: moves the drawn words. By one thread. */
  followDrawn(): void;
}

/** Permanent arrays are made in the same order by every thread, which is how they come to share them. */
export function createSkipGramStep(
  kernels: Kernels,
  { words, parts: partCount }: SkipGramSizes,
  { dimension: d, window, negatives, buckets }: SkipGramSettings,
): SkipGramStep {
  const { arena } = kernels;
  const input = kernels.floats((words + buckets) * d);
  const output = kernels.floats(words * d);
  const pairs = CENTRES * 2 * window;
  const partStarts = kernels.ints(words + 1);
  const parts = kernels.ints(partCount);
  const centres = kernels.ints(CENTRES);
  const contextStarts = kernels.ints(CENTRES + 1);
  const contexts = kernels.ints(pairs);
  const drawn = kernels.ints(DRAWN);
  /** (M, D) */
  const hidden = kernels.floats(CENTRES * d);
  const dHidden = kernels.floats(CENTRES * d);
  /** (P, D) */
  const dContexts = kernels.floats(pairs * d);
  /** (M, DRAWN) */
  const falsehoods = kernels.floats(CENTRES * DRAWN);
  /** (DRAWN, D) */
  const dDrawn = kernels.floats(DRAWN * d);

  /** Shapes: the share's M centres and P pairs, N drawn words, D. */
  function foretell(share: StepShare, all: number, rate: number, losses: Float64Array | undefined): void {
    const [first, end] = shareOf(share, all);
    const m = end - first;
    const from = contextStarts[first];
    const p = contextStarts[end] - from;
    if (p === 0) return;
    const position = arena.position;
    const own = hidden.subarray(first * d, end * d);
    kernels.fill(own, 0, m * d);
    for (const ids of partsOf(first, end)) kernels.gatherAddRows(own, input, ids, m, d, d, 0);
    for (let i = 0; i < m; i++) kernels.scale(own.subarray(i * d, (i + 1) * d), 1 / partsIn(centres[first + i]), d);

    const centreIds = arena.ints(p);
    for (let i = 0; i < m; i++) centreIds.fill(i, contextStarts[first + i] - from, contextStarts[first + i + 1] - from);
    const contextIds = contexts.subarray(from, from + p);
    const sources = dContexts.subarray(from * d, (from + p) * d);
    kernels.gatherRows(sources, own, centreIds, p, d, d, 0);
    const to = arena.floats(p * d);
    kernels.gatherRows(to, output, contextIds, p, d, d, 0);
    const products = arena.floats(p * d);
    kernels.multiply(products, sources, to, p * d);
    const ones = arena.floats(d);
    kernels.fill(ones, 1, d);
    const truths = arena.floats(p);
    kernels.matmulTransposedB(truths, products, ones, p, 1, d, false);
    sigmoid(truths, p);
    if (losses) {
      losses.fill(0, first, end);
      for (let i = 0; i < p; i++) losses[first + centreIds[i]] -= Math.log(Math.max(truths[i], 1e-7));
    }
    for (let i = 0; i < p; i++) truths[i] = rate * (1 - truths[i]);
    const steepness = products; // no longer needed: (P, D), each row one number
    kernels.matmul(steepness, truths, ones, p, d, 1, false);
    kernels.multiply(sources, sources, steepness, p * d);
    kernels.multiply(to, to, steepness, p * d);
    const dOwn = dHidden.subarray(first * d, end * d);
    kernels.fill(dOwn, 0, m * d);
    kernels.scatterAddRows(dOwn, to, centreIds, p, d, d, 0);

    const drawnRows = arena.floats(DRAWN * d);
    kernels.gatherRows(drawnRows, output, drawn, DRAWN, d, d, 0);
    const ownFalsehoods = falsehoods.subarray(first * DRAWN, end * DRAWN);
    kernels.matmulTransposedB(ownFalsehoods, own, drawnRows, m, DRAWN, d, false);
    sigmoid(ownFalsehoods, m * DRAWN);
    for (let i = 0; i < m; i++) {
      const weight = (negatives * (contextStarts[first + i + 1] - contextStarts[first + i])) / DRAWN;
      for (let j = i * DRAWN; j < (i + 1) * DRAWN; j++) {
        if (losses) losses[first + i] -= weight * Math.log(Math.max(1 - ownFalsehoods[j], 1e-7));
        ownFalsehoods[j] *= -rate * weight;
      }
    }
    kernels.matmul(dOwn, ownFalsehoods, drawnRows, m, d, DRAWN, true);
    arena.release(position);
  }

  function follow(share: StepShare, m: number): void {
    const position = arena.position;
    const p = contextStarts[m];
    const isOwn = (row: number): boolean => row % share.shares === share.index;
    const contextIds = arena.ints(p);
    for (let i = 0; i < p; i++) contextIds[i] = isOwn(contexts[i]) ? contexts[i] : -1;
    kernels.scatterAddRows(output, dContexts, contextIds, p, d, d, 0);
    // Undivided, as in fastText: every part learns as if it were the whole word.
    for (const ids of partsOf(0, m, share.shares > 1 ? isOwn : undefined))
      kernels.scatterAddRows(input, dHidden, ids, m, d, d, 0);
    const [first, end] = shareOf(share, DRAWN / BLOCK);
    const columns = BLOCK * (end - first);
    const block = falsehoodsOf(first, end, m);
    kernels.matmulTransposedA(dDrawn.subarray(first * BLOCK * d, end * BLOCK * d), block, hidden, columns, d, m, false);
    arena.release(position);
  }

  /** Columns of some blocks of drawn words, side by side. */
  function falsehoodsOf(first: number, end: number, m: number): Floats {
    const blocks = DRAWN / BLOCK;
    if (end - first === blocks) return falsehoods;
    const columns = BLOCK * (end - first);
    const out = arena.floats(m * columns);
    const ids = arena.ints(m);
    for (let block = first; block < end; block++) {
      for (let i = 0; i < m; i++) ids[i] = i * blocks + block;
      kernels.gatherRows(out, falsehoods, ids, m, BLOCK, columns, (block - first) * BLOCK);
    }
    return out;
  }

  /** The first parts of the centres, the second ones, and so on; -1 where a word has no more, or none that is wanted. */
  function partsOf(first: number, end: number, isWanted: (row: number) => boolean = () => true): Ints[] {
    let most = 0;
    for (let i = first; i < end; i++) most = Math.max(most, partsIn(centres[i]));
    return Array.from({ length: most }, (_, part) => {
      const ids = arena.ints(end - first);
      for (let i = first; i < end; i++) {
        const at = partStarts[centres[i]] + part;
        ids[i - first] = at < partStarts[centres[i] + 1] && isWanted(parts[at]) ? parts[at] : -1;
      }
      return ids;
    });
  }

  function partsIn(word: number): number {
    return partStarts[word + 1] - partStarts[word];
  }

  function sigmoid(x: Floats, n: number): void {
    kernels.scale(x, 0.5, n);
    kernels.tanh(x, x, n);
    for (let i = 0; i < n; i++) x[i] = 0.5 + 0.5 * x[i];
  }

  return {
    arrays: { input, output, partStarts, parts, centres, contextStarts, contexts, drawn },
    foretell,
    follow,
    followDrawn: () => kernels.scatterAddRows(output, dDrawn, drawn, DRAWN, d, d, 0),
  };
}

/** Of `count` things in a row those that fall to a share: from, to. */
function shareOf({ index, shares }: StepShare, count: number): readonly [number, number] {
  return [Math.floor((count * index) / shares), Math.floor((count * (index + 1)) / shares)];
}
