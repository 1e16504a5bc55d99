import { AppError } from '#base/errors.js';
import { clamp, createForwardBackward, type TransitionScores, weightsOf } from './lattice.js';
import { type TransitionLists, transitionsInto } from './transition-lists.js';

export interface ScoredPath {
  readonly tagIds: Int32Array;
  /** P(tag sequence | sentence). */
  readonly probability: number;
}

/**
 * The `n` best tag sequences, best first; fewer if there are fewer (list Viterbi: Seshadri & Sundberg 1994). Every tag of
 * every token remembers its `n` best predecessors.
 *
 * emissions (T, K)
 *
 * @throws {AppError} `invalid_argument` unless `n` is a whole number from 1.
 */
export function nBest(emissions: Float64Array, tokens: number, transitions: TransitionScores, n: number): ScoredPath[] {
  if (!Number.isInteger(n) || n < 1) {
    throw new AppError('invalid_argument', `"n" must be a whole number from 1, found ${n}`);
  }
  if (tokens === 0) return [{ tagIds: new Int32Array(0), probability: 1 }];
  const { start, end, between } = transitions;
  const k = start.length;
  const steps = transitionsInto(between, k, Number.NEGATIVE_INFINITY);

  // One link for every tag, each the end of up to n paths.
  let ends = Array.from({ length: k }, (_, tag) =>
    best([{ tag, score: start[tag] + emissions[tag], before: null }], n),
  );
  for (let t = 1; t < tokens; t++) {
    const entries = Array.from({ length: steps.count }, (_, list) => best(linksInto(steps, list, ends), n));
    ends = Array.from({ length: k }, (_, tag) =>
      entries[steps.listOf[tag]].map(({ before, score }) => ({
        tag,
        score: score + emissions[t * k + tag],
        before,
      })),
    );
  }
  const all = ends.flatMap((links, tag) => links.map((link) => ({ ...link, score: link.score + end[tag] })));
  const { logPartition } = createForwardBackward(weightsOf(transitions))(emissions, tokens);
  return best(all, n).map((link) => ({
    tagIds: tagsUpTo(link, tokens),
    probability: clamp(Math.exp(link.score - logPartition)),
  }));
}

/** The last tag of a path, and the path before it. */
interface PathLink {
  readonly tag: number;
  readonly score: number;
  readonly before: PathLink | null;
}

function linksInto({ starts, tags, scores }: TransitionLists, list: number, ends: readonly PathLink[][]): PathLink[] {
  const links: PathLink[] = [];
  for (let i = starts[list]; i < starts[list + 1]; i++) {
    for (const before of ends[tags[i]]) links.push({ tag: -1, score: before.score + scores[i], before });
  }
  return links;
}

/** The possible ones among the `n` best; of equal ones the one with the lower tags first, as the sort is stable. */
function best(links: PathLink[], n: number): PathLink[] {
  return links
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((left, right) => right.score - left.score)
    .slice(0, n);
}

function tagsUpTo(last: PathLink, tokens: number): Int32Array {
  const tagIds = new Int32Array(tokens);
  let link: PathLink | null = last;
  for (let t = tokens - 1; link !== null; t--, link = link.before) tagIds[t] = link.tag;
  return tagIds;
}
