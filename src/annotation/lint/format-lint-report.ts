import type { Ledger } from '#annotation/documents/ledger.js';
import { formatCorpusReport } from '#annotation/reading/format-corpus-report.js';
import { counted } from '#base/counted.js';
import type { LintReport } from './lint-corpus.js';
import type { LintIssue, LintKind, Place } from './lint-issue.js';

/**
 * What a linter found, as plain text in sections, after the model of spaCy's `debug data`; ends with a line break.
 *
 * @param reports What the readers found, for the first section.
 * @param notices Further lines for the first section.
 * @param issuesPerKind Issues of one kind that are printed; the others are counted. 20 if not given.
 */
export function formatLintReport(
  lint: LintReport,
  {
    reports = [],
    notices = [],
    issuesPerKind = 20,
  }: {
    readonly reports?: readonly Ledger[];
    readonly notices?: readonly string[];
    readonly issuesPerKind?: number;
  } = {},
): string {
  const issuesOf = (kinds: readonly LintKind[]) => listIssues(lint, kinds, issuesPerKind);
  return [
    ...section('Data format validation', [
      ...reports.flatMap(formatCorpusReport),
      ...notices.map((notice) => `ℹ ${notice}`),
      ...issuesOf(FORMAT_KINDS),
    ]),
    ...section('Training stats', [...partTable(lint), ...issuesOf(SENTENCE_KINDS)]),
    ...section('Labels', [...labelTable(lint), ...issuesOf(LABEL_KINDS)]),
    ...section('Names', issuesOf(NAME_KINDS)),
    ...section(
      'Summary',
      summary(
        lint,
        reports.reduce((sum, { faults }) => sum + faults.length, 0),
      ),
    ),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

const FORMAT_KINDS: readonly LintKind[] = ['illegal_tags'];
const SENTENCE_KINDS: readonly LintKind[] = ['duplicate', 'leak', 'long_sentence', 'entity_share', 'few_sentences'];
const LABEL_KINDS: readonly LintKind[] = ['few_examples', 'label_not_in_train', 'label_not_in_part', 'similar_labels'];
const NAME_KINDS: readonly LintKind[] = [
  'blank_entity',
  'punctuation_edge',
  'possessive_edge',
  'two_labels',
  'untagged_name',
];

const WIDTH = 80;
/** Places of one issue that are printed; the report itself holds all. */
const LISTED_PLACES = 5;

function section(title: string, lines: readonly string[]): string[] {
  const left = '='.repeat(Math.floor((WIDTH - title.length - 2) / 2));
  const heading = `${left} ${title} `.padEnd(WIDTH, '=');
  return ['', heading, ...(lines.length === 0 ? ['✔ nothing found'] : lines)];
}

function listIssues({ issues }: LintReport, kinds: readonly LintKind[], limit: number): string[] {
  return kinds.flatMap((kind) => {
    const ofKind = issues.filter((issue) => issue.kind === kind);
    const more = ofKind.length - limit;
    return [...ofKind.slice(0, limit).flatMap(describe), ...(more > 0 ? [`  … and ${more} more (${kind})`] : [])];
  });
}

function describe({ severity, message, places }: LintIssue): string[] {
  const head = `${severity === 'error' ? '✘' : '⚠'} ${message}`;
  return places.length === 0 ? [head] : [head, `    ${listPlaces(places)}`];
}

function listPlaces(places: readonly Place[]): string {
  const more = places.length - LISTED_PLACES;
  const listed = places.slice(0, LISTED_PLACES).map(({ file, line }) => `${file}:${line}`);
  return [...listed, ...(more > 0 ? [`… and ${more} more`] : [])].join(' ');
}

function partTable({ parts }: LintReport): string[] {
  return table([
    ['part', 'documents', 'sentences', 'tokens', 'entities', 'without entity'],
    ...parts.map(({ part, documents, sentences, tokens, entities, sentencesWithoutEntity }) => [
      part,
      ...[documents, sentences, tokens, entities].map(String),
      `${((100 * sentencesWithoutEntity) / sentences).toFixed(1)} %`,
    ]),
  ]);
}

function labelTable({ labels, parts }: LintReport): string[] {
  if (labels.length === 0) return ['⚠ there is no entity at all'];
  const names = parts.map(({ part }) => part);
  return table([
    ['label', ...names],
    ...labels.map((count) => [count.label, ...names.map((name) => String(count[name]))]),
  ]);
}

/** Columns as wide as needed, the first one to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
  );
}

function summary({ errors: found, warnings }: LintReport, faults: number): string[] {
  const errors = found + faults;
  if (errors + warnings === 0) return ['✔ no errors, no warnings'];
  return [
    ...(errors > 0 ? [`✘ ${counted(errors, 'error')}`] : ['✔ no errors']),
    ...(warnings > 0 ? [`⚠ ${counted(warnings, 'warning')}`] : []),
  ];
}
