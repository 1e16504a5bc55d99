import { AppError } from '#base/errors.js';

/**
 * How a minibatch of ragged sentences lies in memory: time-major, longest sentence first, no padding. Row
 * `offsets[t] + b` is token t of the b-th longest sentence; at timestep t the first `activeAt[t]` sentences are alive,
 * so every timestep is one block and a hidden state's rows are a prefix of the step before.
 */
export interface SequenceLayout {
  /** B sentence lengths, non-increasing, all at least 1. */
  readonly lengths: readonly number[];
  /** T counts, non-increasing. */
  readonly activeAt: readonly number[];
  /** T + 1 row numbers; the last is N. */
  readonly offsets: readonly number[];
  /** N: the number of tokens. */
  readonly rows: number;
}

export function createSequenceLayout(lengths: readonly number[]): SequenceLayout {
  const steps = lengths[0] ?? 0;
  const activeAt: number[] = [];
  const offsets: number[] = [0];
  let alive = lengths.length;
  for (let t = 0; t < steps; t++) {
    while (alive > 0 && lengths[alive - 1] <= t) alive--;
    activeAt.push(alive);
    offsets.push(offsets[t] + alive);
  }
  const rows = offsets[steps];
  if (lengths.some((length, b) => length < 1 || (b > 0 && length > lengths[b - 1]))) {
    throw new AppError('internal', `layout: lengths must be positive and non-increasing, found ${lengths.join(', ')}`);
  }
  return { lengths, activeAt, offsets, rows };
}

/**
 * For every row the row of the token `distance` places to the right in the same sentence (left if negative), or -1
 * where the sentence has ended: the indices for `gatherRows`.
 */
export function shiftedRows(layout: SequenceLayout, distance: number, out: Int32Array): Int32Array {
  const { activeAt, offsets } = layout;
  for (let t = 0; t < activeAt.length; t++) {
    const at = t + distance;
    const alive = at < 0 || at >= activeAt.length ? 0 : activeAt[at];
    for (let b = 0; b < activeAt[t]; b++) out[offsets[t] + b] = b < alive ? offsets[at] + b : -1;
  }
  return out;
}

/** For every row the row that takes its place when each sentence is turned round; the same indices turn it back. */
export function reversedRows({ activeAt, offsets, lengths }: SequenceLayout, out: Int32Array): Int32Array {
  for (let t = 0; t < activeAt.length; t++) {
    for (let b = 0; b < activeAt[t]; b++) out[offsets[t] + b] = offsets[lengths[b] - 1 - t] + b;
  }
  return out;
}
