import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { CorpusParts } from '#annotation/split/grouped-split.js';
import type { PartName } from '#annotation/split/part-names.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { LINT_PARTS, type LintInput, type LintIssue } from './lint-issue.js';

/** Train examples of a label below which it is learnt badly; the bound of spaCy's `debug data`. */
const FEW_EXAMPLES = 50;
/** Shorter labels differ by one letter without being misspelt: GPE, GPS. */
const TYPO_LENGTH = 4;

export interface LabelCount extends Readonly<Record<PartName, number>> {
  readonly label: string;
}

/** Entities of each label in each part, in code-unit order of the labels. */
export function countLabels(parts: CorpusParts): LabelCount[] {
  const counts = Object.fromEntries(LINT_PARTS.map((part) => [part, countIn(parts[part])])) as Record<
    PartName,
    ReadonlyMap<string, number>
  >;
  const labels = [...new Set(LINT_PARTS.flatMap((part) => [...counts[part].keys()]))].sort();
  return labels.map((label) => ({
    label,
    train: counts.train.get(label) ?? 0,
    dev: counts.dev.get(label) ?? 0,
    test: counts.test.get(label) ?? 0,
  }));
}

/** Labels with too few examples, in the wrong part only, or spelt in two ways. */
export function checkLabels({ parts }: LintInput): LintIssue[] {
  const counts = countLabels(parts);
  return [...counts.flatMap((count) => checkLabel(count, parts)), ...checkSpelling(counts.map(({ label }) => label))];
}

function checkLabel(count: LabelCount, parts: CorpusParts): LintIssue[] {
  const { label, train } = count;
  if (train === 0) {
    const message = `${label} has no example in train: it cannot be learnt, only missed`;
    return [{ kind: 'label_not_in_train', severity: 'error', message, places: [] }];
  }
  const issues: LintIssue[] = [];
  if (train < FEW_EXAMPLES) {
    const message = `${label} has ${train} examples in train, fewer than ${FEW_EXAMPLES}`;
    issues.push({ kind: 'few_examples', severity: 'warning', message, places: [] });
  }
  for (const part of ['dev', 'test'] as const) {
    if (count[part] > 0 || parts[part].length === 0) continue;
    const message = `${label} has no example in ${part}: it cannot be scored there`;
    issues.push({ kind: 'label_not_in_part', severity: 'warning', message, places: [] });
  }
  return issues;
}

function checkSpelling(labels: readonly string[]): LintIssue[] {
  return labels.flatMap((label, index) =>
    labels
      .slice(index + 1)
      .filter((other) => areSimilar(label, other))
      .map((other) => ({
        kind: 'similar_labels',
        severity: 'error',
        message: `${label} and ${other} look like one label in two spellings`,
        places: [],
      })),
  );
}

function areSimilar(left: string, right: string): boolean {
  const [one, two] = [left, right].map((label) => label.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
  if (one === two) return one !== '';
  return Math.max(one.length, two.length) > TYPO_LENGTH && isOneEditApart(one, two);
}

/** One letter inserted, left out or replaced. */
function isOneEditApart(one: string, two: string): boolean {
  const [short, long] = one.length <= two.length ? [one, two] : [two, one];
  let common = 0;
  while (common < short.length && short[common] === long[common]) common++;
  return short.slice(short.length === long.length ? common + 1 : common) === long.slice(common + 1);
}

function countIn(sentences: readonly LabelledSentence[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { tags } of sentences) {
    for (const { label } of spansFromIob2(tags)) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return counts;
}
