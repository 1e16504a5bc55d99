import type { PseudonymKey } from '#app/redaction/pseudonyms.js';
import type { RedactedText } from '#app/redaction/redactor.js';
import { labelStyles } from '#app/shared/labels.js';
import type { ModelIdentity } from '#tagging/tagger/entity.js';

/** What the page offers; those that need a secret are for programs. */
export const PAGE_OPERATORS = [
  { type: 'replace', text: 'the label: <PER>' },
  { type: 'pseudonym', text: 'a numbered pseudonym: <PER_1>' },
  { type: 'mask', text: 'stars: *** ********' },
  { type: 'redact', text: 'nothing' },
] as const;

/**
 * What hiding unlikely names too costs: shares of persons' words that are hidden, and of what is hidden that belongs to names.
 * The figures of docs/redaction.md, which a test compares.
 */
export const THRESHOLD_COSTS = [
  { threshold: '', text: 'names only', hidden: '92.8 %', right: '90.2 %', hiddenOnWeb: '93.7 %', rightOnWeb: '88.0 %' },
  {
    threshold: '0.3',
    text: 'likely words too (0.3)',
    hidden: '95.4 %',
    right: '83.6 %',
    hiddenOnWeb: '97.2 %',
    rightOnWeb: '78.9 %',
  },
  {
    threshold: '0.1',
    text: 'possible words too (0.1)',
    hidden: '98.5 %',
    right: '73.1 %',
    hiddenOnWeb: '98.1 %',
    rightOnWeb: '67.2 %',
  },
  {
    threshold: '0.02',
    text: 'hardly possible words too (0.02)',
    hidden: '99.0 %',
    right: '53.0 %',
    hiddenOnWeb: '99.4 %',
    rightOnWeb: '49.3 %',
  },
] as const;

/** Rows of the table; the text itself is shown whole. */
const MOST_ROWS = 200;

export function redactionView({
  source,
  redacted: { text, items },
  identity: { id, version },
  key,
}: {
  readonly source: string;
  readonly redacted: RedactedText;
  readonly identity: ModelIdentity;
  readonly key: PseudonymKey | undefined;
}) {
  const styles = labelStyles(
    [],
    items.map(({ label }) => label),
  );
  return {
    text,
    model: `${id}@${version}`,
    summary:
      items.length === 0
        ? 'Nothing was found to hide'
        : `${items.length} ${items.length === 1 ? 'place' : 'places'} hidden`,
    rows: items.slice(0, MOST_ROWS).map((item) => ({
      ...styles.get(item.label)!,
      was: source.slice(item.source.start, item.source.end),
      is: text.slice(item.start, item.end),
      start: item.source.start,
      end: item.source.end,
    })),
    omittedRows: Math.max(0, items.length - MOST_ROWS),
    key: key && JSON.stringify(key, null, 1),
  };
}
