import type { MistakeReport } from '#app/services/annotation.js';
import { MISTAKE_KINDS, type Mistake, type MistakeKind, type MistakenName } from '#app/services/mistakes.js';
import { specOf } from '#app/services/model-list.js';
import { writtenPin } from '#app/services/pins.js';
import type { ModelSummary } from '#app/services/tagger-pool.js';
import { labelStyles, projectStyles } from '#app/shared/labels.js';
import { percentOf } from '#app/shared/scores.js';
import type { ProjectRecord } from '#app/store/projects.js';

interface Shown {
  readonly kind: MistakeKind | undefined;
  readonly models: readonly ModelSummary[];
}

/** What `views/mistakes.ejs` shows. Every string is plain text. */
export function mistakesPageView(project: ProjectRecord, report: MistakeReport, { kind, models }: Shown): object {
  const { id, name, labels } = project;
  const { spec, documents, counts, mistakes } = report;
  const here = `/projects/${id}/mistakes`;
  const styles = new Map([...labelStyles([]), ...projectStyles(labels)]);
  const named = (one: MistakenName | null) => one && { text: one.text, style: styles.get(one.label) };
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const known = new Set(labels.map(({ label }) => label));
  return {
    title: `Mistakes of ${spec} · Onomast`,
    current: 'projects',
    projectHref: `/projects/${id}`,
    here,
    name,
    model: spec,
    kind: kind ?? '',
    documents,
    total,
    models: models
      .filter((model) => model.labels.some((label) => known.has(label)))
      .map((model) => specOf({ name: model.id, version: model.version })),
    filters: [undefined, ...MISTAKE_KINDS].map((one) => ({
      name: one ?? 'all',
      count: one === undefined ? total : counts[one],
      href: `${here}?${new URLSearchParams({ model: spec, ...(one && { kind: one }) })}`,
      isCurrent: one === kind,
    })),
    mistakes: mistakes.map((mistake) => {
      const { document, version, accepted, found, sureness, before, text, after } = mistake;
      const place = (accepted ?? found)!;
      return {
        kind: mistake.kind,
        before,
        text,
        after,
        accepted: named(accepted),
        found: named(found),
        percent: percentOf(sureness),
        href: `/projects/${id}/documents/${document}?at=${place.start}-${place.end}`,
        document,
        version,
        acceptedField: fieldOf(accepted),
        foundField: fieldOf(found),
        right: rightOf(mistake.kind),
        pin: pinOf(mistake),
      };
    }),
  };
}

/** That it must never be wrong again. */
function pinOf({ before, text, after, accepted, found }: Mistake): string {
  const context = `${before}${text}${after}`;
  const start = before.length - Math.min(accepted?.start ?? Infinity, found?.start ?? Infinity);
  const place = (accepted ?? found)!;
  const span = {
    start: start + place.start,
    end: start + place.end,
    label: place.label,
    must: accepted !== null,
  };
  return writtenPin({ text: context, spans: [span] });
}

function fieldOf(name: MistakenName | null): string {
  return name === null ? '' : `${name.start}-${name.end}-${name.label}`;
}

/** What the button says that takes the model's word for it. */
function rightOf(kind: MistakeKind): string {
  switch (kind) {
    case 'missed':
      return 'It is no name';
    case 'invented':
      return 'It is a name';
    case 'wrong border':
      return 'Take its borders';
    case 'wrong label':
      return 'Take its label';
  }
}
