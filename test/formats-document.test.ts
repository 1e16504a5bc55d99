import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ASPECTS } from '#annotation/formats/format.js';
import { FORMAT_NAMES, FORMATS } from '#annotation/formats/format-table.js';
import { readDocuments } from '#annotation/reading/read-documents.js';

const document = readFileSync(new URL('../docs/formats.md', import.meta.url), 'utf8');
const examples = new Map(
  [...document.matchAll(/^```([\w-]+)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [name, text]),
);

describe('docs/formats.md', () => {
  test('lists the formats as the table has them', () => {
    const [table] = document.split('\n## ');
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toEqual(
      FORMATS.map(
        ({ name, summary, loses }) =>
          `| \`${name}\` | ${summary.replaceAll('|', '\\|')} | ${loses.map((aspect) => ASPECTS[aspect]).join('; ')} |`,
      ),
    );
  });

  test.each(FORMAT_NAMES)('shows three lines of %s, which are found out and read', (name) => {
    const text = examples.get(name) ?? '';
    expect(text.trimEnd().split('\n')).toHaveLength(3);
    const companion = (extension: string) => (extension === '.txt' ? 'Mina Roy left Oslo.' : null);
    const { documents, ledger } = readDocuments({ name: `x${name === 'brat' ? '.ann' : ''}`, text, companion });
    expect(ledger.format).toBe(name);
    expect(documents.flatMap(({ spans }) => spans).length).toBeGreaterThan(0);
    expect(ledger.names).toMatchObject({ repaired: 0, leftOut: 0 });
  });
});
