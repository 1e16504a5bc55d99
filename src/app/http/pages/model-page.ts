import type { ModelComparison } from '#app/services/compare-models.js';
import type { ModelDetails, PartScores } from '#app/services/model-administration.js';
import { specOf } from '#app/services/model-list.js';
import { describeSourceFile } from '#app/services/source-files.js';
import { percent } from '#base/percent.js';
import { minute, modelHref, pathShown, scoreOf } from './run-page.js';

/** What `views/model.ejs` shows. Every string is plain text. */
export function modelPageView(details: ModelDetails): object {
  const { record, isActive, isShipped, meta, scores, card, activations } = details;
  const spec = specOf(record);
  return {
    title: `${spec} · Onomast`,
    spec,
    name: record.name,
    reason: '',
    here: modelHref(spec),
    isActive,
    isShipped,
    isDamaged: meta === null,
    description: meta?.description ?? '',
    labels: record.labels.join(', '),
    created: minute(record.createdAt),
    license: meta?.license ?? '–',
    parameters: meta === null ? '–' : meta.parameters.toLocaleString('en'),
    seed: meta?.seed ?? '–',
    program: meta === null ? '–' : `Onomast ${meta.onomast}, node ${meta.node}`,
    run: record.runId === undefined ? null : { id: record.runId, href: `/runs/${encodeURIComponent(record.runId)}` },
    path: pathShown(record.path),
    sources: (meta?.sources ?? []).map(({ role, name, sentences, files = [] }) => ({
      role,
      name,
      sentences: sentences.toLocaleString('en'),
      files: files.map((file) => ({ ledger: describeSourceFile(file), sha256: file.sha256 })),
    })),
    hashes: [
      { name: 'weights', value: record.weightsSha256 },
      { name: 'training data', value: record.dataSha256 },
      ...(meta === null
        ? []
        : [
            { name: 'configuration', value: meta.config_sha256 },
            { name: 'vocabulary', value: meta.vocab_sha256 },
          ]),
    ],
    parts: scores.map(partView),
    settings: Object.keys(record.config).length === 0 ? '' : JSON.stringify(record.config, null, 2),
    card,
    activations: activations.map(({ reason, activatedAt }) => ({ reason, at: minute(activatedAt) })),
  };
}

function partView({ part, overall, labels }: PartScores): object {
  return {
    part,
    rows: [
      { label: 'all', f1: scoreOf(overall.f1), interval: intervalText(overall.interval), names: '' },
      ...labels.map(({ label, f1, interval, names }) => ({
        label,
        f1: scoreOf(f1),
        interval: intervalText(interval),
        names: names === null ? '' : names.toLocaleString('en'),
      })),
    ],
    precision: scoreOf(overall.precision),
    recall: scoreOf(overall.recall),
  };
}

function intervalText(interval: readonly [number, number] | null): string {
  return interval === null ? '–' : `${percent(interval[0])} to ${percent(interval[1])}`;
}

/** What `views/compare.ejs` shows of a comparison. */
export function comparisonView(
  comparison: ModelComparison,
  names: { left: string; right: string; part: 'accepted' | 'dev' },
): object {
  const { left, right, difference, interval, share, sentences, available, gained, lost } = comparison;
  return {
    caution: CAUTIONS[names.part],
    verdict: verdictOf(comparison, names),
    left: percent(left),
    right: percent(right),
    difference: signed(difference),
    interval: `${signed(interval[0])} to ${signed(interval[1])}`,
    share: `${Math.round(share * 100)} of 100`,
    sentences: sentences.toLocaleString('en'),
    omitted: available - sentences,
    lists: [
      { title: `Gained, found only by ${names.right}`, id: 'gained', names: gained, count: comparison.gainedCount },
      { title: `Lost, found only by ${names.left}`, id: 'lost', names: lost, count: comparison.lostCount },
    ],
  };
}

const CAUTIONS = {
  accepted: 'A model that has learned from these sentences is flattered by them.',
  dev: 'No training in the page of the project has learned from these sentences since they were set apart.',
} as const;

function verdictOf({ interval }: ModelComparison, { left, right }: { left: string; right: string }): string {
  const [low, high] = interval;
  if (low > 0) return `${right} is better, and would be on most other sentences of this kind.`;
  if (high < 0) return `${left} is better, and would be on most other sentences of this kind.`;
  return 'On other sentences of this kind either could be better: the difference is within chance.';
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${percent(Math.abs(value))}`;
}
