import { AppError } from '#base/errors.js';

/**
 * How a minibatch of ragged sentences lies in memory: time-major, longest sentence first, no padding. Row
 * `offsets[t] + b` is token t of the b-th longest sentence; at timestep t the first `batchSizes[t]` sentences are alive,
 * so every timestep is one block and a hidden state's rows are a prefix of the step before.
 */
export interface PackedLayout {
  /** B sentence lengths, non-increasing, all at least 1. */
  readonly lengths: readonly number[];
  /** T counts, non-increasing. */
  readonly batchSizes: readonly number[];
  /** T + 1 row numbers; the last is N. */
  readonly offsets: readonly number[];
  /** N: the number of tokens. */
  readonly rows: number;
}

export function createPackedLayout(lengths: readonly number[]): PackedLayout {
  const steps = lengths[0] ?? 0;
  const batchSizes: number[] = [];
  const offsets: number[] = [0];
  let alive = lengths.length;
  for (let t = 0; t < steps; t++) {
    while (alive > 0 && lengths[alive - 1] <= t) alive--;
    batchSizes.push(alive);
    offsets.push(offsets[t] + alive);
  }
  const rows = offsets[steps];
  if (lengths.some((length, b) => length < 1 || (b > 0 && length > lengths[b - 1]))) {
    throw new AppError('internal', `layout: lengths must be positive and non-increasing, found ${lengths.join(', ')}`);
  }
  return { lengths, batchSizes, offsets, rows };
}

/**
 * For every row the row of the token `distance` places to the right in the same sentence (left if negative), or -1
 * where the sentence has ended: the indices for `gatherRows`.
 */
export function shiftedRows(layout: PackedLayout, distance: number, out: Int32Array): Int32Array {
  const { batchSizes, offsets } = layout;
  for (let t = 0; t < batchSizes.length; t++) {
    const at = t + distance;
    const alive = at < 0 || at >= batchSizes.length ? 0 : batchSizes[at];
    for (let b = 0; b < batchSizes[t]; b++) out[offsets[t] + b] = b < alive ? offsets[at] + b : -1;
  }
  return out;
}

/** For every row the row that takes its place when each sentence is turned round; the same indices turn it back. */
export function reversedRows({ batchSizes, offsets, lengths }: PackedLayout, out: Int32Array): Int32Array {
  for (let t = 0; t < batchSizes.length; t++) {
    for (let b = 0; b < batchSizes[t]; b++) out[offsets[t] + b] = offsets[lengths[b] - 1 - t] + b;
  }
  return out;
}
