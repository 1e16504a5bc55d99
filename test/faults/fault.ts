import type { Random } from '#base/random.js';

/** What goes wrong on purpose, again and again, and what must hold all the same. */
export interface Fault {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** What is counted: kills, files, requests, texts, seconds. */
  readonly counted: string;
  /** How many make a full run. */
  readonly full: number;
  /** The figures of what was seen; throws at the first thing that does not hold. */
  run(count: number, random: Random): Promise<Figures>;
}

export type Figures = Readonly<Record<string, unknown>>;

/** Throws with what was seen, so that a fault can be found again. */
export function must(holds: boolean, what: string, ...seen: readonly unknown[]): asserts holds {
  if (!holds) throw new Error([what, ...seen.map((one) => JSON.stringify(one))].join('\n'));
}

/** How often each kind of thing happened. */
export function tally(): { count(kind: string): void; readonly counts: Readonly<Record<string, number>> } {
  const counts: Record<string, number> = {};
  return {
    count(kind) {
      counts[kind] = (counts[kind] ?? 0) + 1;
    },
    counts,
  };
}
