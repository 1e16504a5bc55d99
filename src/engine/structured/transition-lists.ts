/**
 * The steps between tags as lists without the impossible ones. Tags that can be reached from the same tags at the same
 * scores share one list, and so one sum: without learned scores all tags that may follow a finished name are alike, and of
 * 169 steps between 13 tags 13 are left to look at.
 */
export interface TransitionLists {
  readonly count: number;
  /** (K): the list of each tag. */
  readonly listOf: Int32Array;
  /** `count` + 1: list l has the elements `starts[l]` up to but not including `starts[l + 1]`. */
  readonly starts: Int32Array;
  /** The tags at the other end of the steps, ascending within a list. */
  readonly tags: Int32Array;
  readonly scores: Float64Array;
}

/** For each tag the steps that lead to it. @param between (K, K), `between[from * K + to]` */
export function transitionsInto(between: Float64Array, k: number, impossible: number): TransitionLists {
  return transitionLists(k, impossible, (to, from) => between[from * k + to]);
}

/** For each tag the steps that lead away from it. */
export function transitionsOutOf(between: Float64Array, k: number, impossible: number): TransitionLists {
  return transitionLists(k, impossible, (from, to) => between[from * k + to]);
}

function transitionLists(
  k: number,
  impossible: number,
  score: (tag: number, other: number) => number,
): TransitionLists {
  const listOf = new Int32Array(k);
  const firstTags: number[] = []; // of each list the first tag it belongs to
  const starts = [0];
  const tags: number[] = [];
  const scores: number[] = [];
  const isAlike = (left: number, right: number): boolean => {
    for (let other = 0; other < k; other++) if (score(left, other) !== score(right, other)) return false;
    return true;
  };
  for (let tag = 0; tag < k; tag++) {
    const list = firstTags.findIndex((first) => isAlike(first, tag));
    listOf[tag] = list < 0 ? firstTags.length : list;
    if (list >= 0) continue;
    firstTags.push(tag);
    for (let other = 0; other < k; other++) {
      if (score(tag, other) === impossible) continue;
      tags.push(other);
      scores.push(score(tag, other));
    }
    starts.push(tags.length);
  }
  return {
    count: firstTags.length,
    listOf,
    starts: Int32Array.from(starts),
    tags: Int32Array.from(tags),
    scores: Float64Array.from(scores),
  };
}
