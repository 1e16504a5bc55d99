import type { TransitionScores } from '#engine/structured/lattice.js';

export interface PathOfTags {
  readonly tags: readonly number[];
  readonly score: number;
}

/** Every tag sequence that is possible, with its log score: the definition that Viterbi and forward-backward shorten. */
export function everyPath(
  emissions: Float64Array,
  tokens: number,
  { between, start, end }: TransitionScores,
): PathOfTags[] {
  const k = start.length;
  let paths: PathOfTags[] = [{ tags: [], score: 0 }];
  for (let t = 0; t < tokens; t++) {
    paths = paths.flatMap(({ tags, score }) =>
      Array.from({ length: k }, (_, tag) => ({
        tags: [...tags, tag],
        score: score + emissions[t * k + tag] + (t === 0 ? start[tag] : between[tags[t - 1] * k + tag]),
      })).filter((path) => path.score > Number.NEGATIVE_INFINITY),
    );
  }
  return paths
    .map(({ tags, score }) => ({ tags, score: score + end[tags[tokens - 1]] }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY);
}
