import { rowsOf } from './results.mjs';
import { optionsKey, settingsOf } from './settings.mjs';
import { f1Of, summaryOf } from './summary.mjs';

/**
 * The results by the names of the experiments; what tables and figures are made from.
 *
 * @param {{ results: import('./results.mjs').Results, program: import('./settings.mjs').Program, experiments: readonly import('./experiments.mjs').Experiment[] }} input
 */
export function createView({ results, program, experiments }) {
  const byId = new Map(experiments.map((experiment) => [experiment.id, experiment]));
  const known = new Map();
  const experiment = (id) => {
    const found = byId.get(id);
    if (!found) throw new Error(`quality: there is no experiment "${id}"`);
    return found;
  };
  /** One row a seed, in the order of the seeds; none where nothing was measured. */
  const rows = (id) => {
    if (!known.has(id)) {
      const bySeed = rowsOf(results, experiment(id), program);
      known.set(
        id,
        experiment(id).seeds.flatMap((seed) => bySeed.get(seed) ?? []),
      );
    }
    return known.get(id);
  };
  return {
    corpora: results.corpora,
    rows,
    f1: (id) => summaryOf(rows(id).map(f1Of)),
    /** Names of the experiments that begin so. */
    ids: (prefix) => [...byId.keys()].filter((id) => id.startsWith(prefix)),
    /** Every row that any experiment asks for, once. */
    allRows: () => [...new Set(experiments.flatMap(({ id }) => rows(id)))],
    /** Whether two experiments are the same network, trained in the same way. */
    areAlike(one, other) {
      const [left, right] = [one, other].map((id) => settingsOf(experiment(id), program).options);
      return left !== undefined && right !== undefined && optionsKey(left) === optionsKey(right);
    },
  };
}
