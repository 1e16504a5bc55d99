import type { Experiment } from './experiments.js';
import { type CorpusCounts, type Results, type Row, rowsOf } from './results.js';
import { optionsKey, type Program, settingsOf } from './settings.js';
import { f1Of, summaryOf } from './summary.js';

/** What tables and figures are made from. */
export interface ViewInput {
  readonly results: Results;
  readonly program: Program;
  readonly experiments: readonly Experiment[];
}

export type View = ReturnType<typeof createView>;

/** The results by the names of the experiments. */
export function createView({ results, program, experiments }: ViewInput) {
  const byId = new Map(experiments.map((experiment) => [experiment.id, experiment]));
  const known = new Map<string, Row[]>();
  const experiment = (id: string): Experiment => {
    const found = byId.get(id);
    if (!found) throw new Error(`quality: there is no experiment "${id}"`);
    return found;
  };
  /** One row a seed, in the order of the seeds; none where nothing was measured. */
  const rows = (id: string): readonly Row[] => {
    const found = known.get(id);
    if (found) return found;
    const bySeed = rowsOf(results, experiment(id), program);
    const made = experiment(id).seeds.flatMap((seed) => bySeed.get(seed) ?? []);
    known.set(id, made);
    return made;
  };
  return {
    corpora: results.corpora as Readonly<Record<string, CorpusCounts | undefined>>,
    rows,
    f1: (id: string) => summaryOf(rows(id).map(f1Of)),
    /** Names of the experiments that begin so. */
    ids: (prefix: string) => [...byId.keys()].filter((id) => id.startsWith(prefix)),
    /** Every row that any experiment asks for, once. */
    allRows: () => [...new Set(experiments.flatMap(({ id }) => rows(id)))],
    /** Whether two experiments are the same network, trained in the same way. */
    areAlike(one: string, other: string): boolean {
      const [left, right] = [one, other].map((id) => settingsOf(experiment(id), program).options);
      return left !== undefined && right !== undefined && optionsKey(left) === optionsKey(right);
    },
  };
}
