import { quoted } from '#annotation/documents/corpus-source.js';
import type { Ledger, MisalignedSpan } from '#annotation/documents/ledger.js';
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
    ...report.notes.map((note) => `ℹ ${note}`),
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
}: {
  readonly total: number;
  readonly says: string;
  readonly examples: readonly string[];
}): string[] {
  if (total === 0) return [];
  const listed = examples.slice(0, EXAMPLES).map((example) => `    ${example}`);
  return [`⚠ ${total} ${says}`, ...listed, ...(total > EXAMPLES ? [`    … and ${total - EXAMPLES} more`] : [])];
}
