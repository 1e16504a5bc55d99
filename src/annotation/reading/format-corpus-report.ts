import type { Ledger, MisalignedSpan } from '#annotation/documents/ledger.js';
import { quoted } from '#base/quoted.js';
import { REPAIR_REASONS } from './tag-reader.js';

/** A report as lines of plain text: what the file is, then what was done to it, with examples. */
export function formatCorpusReport(report: Ledger): string[] {
  const { name, repairs, misaligned, overlaps, duplicates } = report;
  const labels = report.entitiesByLabel.map(({ label, entities }) => `${label} ${entities}`).join(', ');
  const place = (line: number) => `${name}:${line}`;
  return [
    `✔ ${name}: ${formatOf(report)}`,
    `  ${report.documents} documents, ${report.sentences} sentences, ${report.tokens} tokens, ` +
      `${report.entities} entities${labels === '' ? '' : ` (${labels})`}`,
    ...namesOf(report),
    ...report.notes.map((note) => `ℹ ${note}`),
    ...(report.comments > 0 ? [`ℹ ${report.comments} comment lines`] : []),
    ...finding({
      total: report.faults.length,
      says: 'places that cannot be read',
      examples: report.faults.map(({ message, code }) => `${message} [${code}]`),
      mark: '✘',
      listed: report.faults.length,
    }),
    ...finding({
      total: report.leftOut.total,
      says: 'records, rows or spans left out',
      examples: report.leftOut.first.map(({ line, reason }) => `${place(line)}: ${reason}`),
    }),
    ...finding({
      total: repairs.total,
      says: `tags repaired: ${Object.entries(repairs.byKind)
        .map(([kind, count]) => `${kind} ${count}`)
        .join(', ')}`,
      examples: repairs.first.map(
        ({ line, kind, word, tag }) => `${place(line)}: ${quoted(tag)} on ${quoted(word)}: ${REPAIR_REASONS[kind]}`,
      ),
    }),
    ...finding({
      total: misaligned.length,
      says: 'spans that do not begin and end with a word',
      examples: misaligned.map((span) => `${place(span.line)}: ${describeSpan(span)}`),
    }),
    ...finding({
      total: overlaps.length,
      says: 'spans dropped because they overlap another one',
      examples: overlaps.map(
        ({ line, kept, dropped }) =>
          `${place(line)}: ${dropped.label} ${quoted(dropped.text)} dropped, ${kept.label} ${quoted(kept.text)} kept`,
      ),
    }),
    ...duplicates.first.slice(0, 1).map(({ line, firstLine }) => {
      const example = `${place(line)} has the words of line ${firstLine}`;
      return `⚠ ${duplicates.total} sentences stand in the file already, e.g. ${example}`;
    }),
    ...report.hints.map((hint) => `⚠ ${hint}`),
  ];
}

/** A misaligned span as part of a line: what was found, what became of it, what would be right. */
export function describeSpan({ span, text, outcome, suggestion }: MisalignedSpan): string {
  return `${span.label} from ${span.start} to ${span.end} (${quoted(text)}) ${outcome}; ${suggestion}`;
}

/** Nothing for a file whose names were all taken as they stand. */
function namesOf({ names }: Ledger): string[] {
  if (names.repaired + names.leftOut === 0) return [];
  const { aligned, repaired, leftOut } = names;
  return [`ℹ of ${names.in} names ${aligned} were taken as they stand, ${repaired} repaired, ${leftOut} left out`];
}

/** Examples printed of each finding. */
const EXAMPLES = 5;

function formatOf({ format, columns, scheme, offsetUnit }: Ledger): string {
  return [
    format,
    ...(columns === null ? [] : [`${columns.count} columns, tag in column ${columns.tag}`]),
    ...(scheme === null ? [] : [`scheme ${scheme}`]),
    ...(offsetUnit === null ? [] : [`offsets in ${offsetUnit}`]),
  ].join(', ');
}

function finding({
  total,
  says,
  examples,
  mark = '⚠',
  listed: limit = EXAMPLES,
}: {
  readonly total: number;
  readonly says: string;
  readonly examples: readonly string[];
  readonly mark?: string;
  /** Examples that are printed. */
  readonly listed?: number;
}): string[] {
  if (total === 0) return [];
  const listed = examples.slice(0, limit).map((example) => `    ${example}`);
  return [`${mark} ${total} ${says}`, ...listed, ...(total > limit ? [`    … and ${total - limit} more`] : [])];
}
