/**
 * The steps between tags as lists without the impossible ones. Tags that can be reached from the same tags at the same
 * scores share one list, and so one sum: without learned scores all tags that may follow a finished name are alike, and of
 * 169 steps between 13 tags 13 are left to look at.
 */
export interface StepLists {
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
export function stepsInto(between: Float64Array, k: number, impossible: number): StepLists {
  return stepLists(k, impossible, (to, from) => between[from * k + to]);
}

/** For each tag the steps that lead away from it. */
export function stepsOutOf(between: Float64Array, k: number, impossible: number): StepLists {
  return stepLists(k, impossible, (from, to) => between[from * k + to]);
}

function stepLists(k: number, impossible: number, score: (tag: number, other: number) => number): StepLists {
  const listOf = new Int32Array(k);
  const found = new Map<string, number>();
  const starts = [0];
  const tags: number[] = [];
  const scores: number[] = [];
  for (let tag = 0; tag < k; tag++) {
    const others = Array.from({ length: k }, (_, other) => other).filter((other) => score(tag, other) !== impossible);
    const key = others.map((other) => `${other}:${score(tag, other)}`).join();
    let list = found.get(key);
    if (list === undefined) {
      list = found.size;
      found.set(key, list);
      tags.push(...others);
      scores.push(...others.map((other) => score(tag, other)));
      starts.push(tags.length);
    }
    listOf[tag] = list;
  }
  return {
    count: found.size,
    listOf,
    starts: Int32Array.from(starts),
    tags: Int32Array.from(tags),
    scores: Float64Array.from(scores),
  };
}
