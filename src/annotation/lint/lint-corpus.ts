import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { PartName } from '#annotation/split/part-names.js';
import type { AmbiguousSurfaces } from './ambiguous-surfaces.js';
import { checkEdges } from './check-edges.js';
import { checkLabels, countLabels, type LabelCount } from './check-labels.js';
import { checkSentences, hasLegalTags } from './check-sentences.js';
import { checkSurfaces } from './check-surfaces.js';
import { LINT_KINDS, LINT_PARTS, type LintIssue } from './lint-issue.js';

export interface LintReport {
  /** Grouped by kind, in the order of `LINT_KINDS`; within one kind in reading order. */
  readonly issues: readonly LintIssue[];
  readonly errors: number;
  readonly warnings: number;
  /** Of the parts given. */
  readonly parts: readonly PartStatistics[];
  readonly labels: readonly LabelCount[];
}

export interface PartStatistics {
  readonly part: PartName;
  readonly documents: number;
  readonly sentences: number;
  readonly tokens: number;
  readonly entities: number;
  readonly sentencesWithoutEntity: number;
}

/**
 * Looks for what makes training or scores go wrong: the corpus is only read, never changed.
 *
 * @param ambiguous Surfaces that bear several labels on purpose. If given, every other one that does is an error.
 * @param isPlain Tags are one class a token: nothing is asked that makes sense of names alone.
 */
export function lintCorpus({
  train,
  dev,
  test,
  ambiguous,
  isPlain = false,
}: {
  readonly train: readonly LabelledSentence[];
  readonly dev?: readonly LabelledSentence[];
  readonly test?: readonly LabelledSentence[];
  readonly ambiguous?: AmbiguousSurfaces;
  readonly isPlain?: boolean;
}): LintReport {
  const given = { train, dev: dev ?? [], test: test ?? [] };
  const legal = {
    train: given.train.filter(hasLegalTags),
    dev: given.dev.filter(hasLegalTags),
    test: given.test.filter(hasLegalTags),
  };
  const input = { parts: legal, ambiguous: ambiguous ?? null };
  const found = [
    ...checkSentences({ ...input, parts: given }),
    ...checkLabels(input),
    ...(isPlain ? [] : [...checkEdges(input), ...checkSurfaces(input)]),
  ];
  const issues = LINT_KINDS.filter((kind) => !(isPlain && OF_NAMES.has(kind))).flatMap((kind) =>
    found.filter((issue) => issue.kind === kind),
  );
  return {
    issues,
    errors: issues.filter(({ severity }) => severity === 'error').length,
    warnings: issues.filter(({ severity }) => severity === 'warning').length,
    parts: LINT_PARTS.filter((part) => given[part].length > 0).map((part) => statisticsOf(part, given[part])),
    labels: countLabels(legal),
  };
}

/** Classes of words resemble each other, and every sentence has some. */
const OF_NAMES: ReadonlySet<string> = new Set(['similar_labels', 'entity_share']);

function statisticsOf(part: PartName, sentences: readonly LabelledSentence[]): PartStatistics {
  return {
    part,
    documents: new Set(sentences.map(({ document }) => document)).size,
    sentences: sentences.length,
    tokens: sentences.reduce((sum, { words }) => sum + words.length, 0),
    entities: sentences.reduce((sum, { tags }) => sum + tags.filter((tag) => tag.startsWith('B-')).length, 0),
    sentencesWithoutEntity: sentences.filter(({ tags }) => tags.every((tag) => tag === 'O')).length,
  };
}
