import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import { AppError, messageOf } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import { columnOf, csvCell, csvRows, headingOf } from './csv-rows.js';
import type { Format, ReadContext, Sample } from './format.js';
import { RecordReader, spanRecords, unitMember } from './json-records.js';

const TEXTS = ['text', 'sentence', 'content'];
const SPANS = ['entities', 'label', 'labels', 'spans', 'annotations'];

/**
 * CSV or TSV with a heading and one text a row, its names as JSON in a cell: `text,entities`; also what Label Studio exports
 * (`text,id,label,…`). A cell without JSON holds no names.
 */
export const csvTexts: Format = {
  name: 'csv-texts',
  summary: 'CSV or TSV with a heading and one text a row, its names as JSON: text,entities',
  extensions: ['.csv', '.tsv'],
  loses: ['tokens', 'sentences', 'documents', 'plain'],
  detect: ({ head }: Sample) => {
    const heading = headingOf(head);
    return heading !== null && columnOf(heading.names, TEXTS) !== -1 && columnOf(heading.names, SPANS) !== -1
      ? 0.97
      : 0;
  },
  read: readRows,
  *write(documents, context) {
    const file = `${context.stem}.csv`;
    yield { file, text: 'id,text,entities,meta\n' };
    for (const document of documents) {
      const members = { ...document.meta, ...unitMember(document, 'utf16') };
      const meta = Object.keys(members).length === 0 ? '' : JSON.stringify(members);
      const spans = JSON.stringify(spanRecords(document, 'utf16'));
      yield { file, text: `${[document.id ?? '', document.text, spans, meta].map(csvCell).join(',')}\n` };
    }
  },
};

function* readRows(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  const { name } = source;
  const heading = headingOf(source.head);
  const names = heading?.names ?? [];
  const columns = {
    text: columnOf(names, TEXTS),
    spans: columnOf(names, SPANS),
    id: columnOf(names, ['id']),
    meta: columnOf(names, ['meta']),
  };
  if (heading === null || columns.text === -1 || columns.spans === -1) {
    const expected = 'a heading with the columns text and entities';
    throw corpusError({ name, line: 1, expected, found: quoted(source.head.split(/\r?\n|\r/, 1)[0]) });
  }
  let isHeading = true;
  for (const { cells, line } of csvRows(source, heading.separator)) {
    if (isHeading) {
      isHeading = false;
      continue;
    }
    if (cells.length === 1 && cells[0].trim() === '') continue;
    if (cells.length !== names.length) {
      const expected = `${names.length} cells as in the heading`;
      context.fault(
        corpusError({ name, line, expected, found: `${cells.length} (${quoted(cells.join(heading.separator))})` }),
      );
      continue;
    }
    try {
      const reader = new RecordReader(name, line, context);
      const spans = parsed(cells[columns.spans], '[]', { name, line });
      const meta = columns.meta === -1 ? {} : parsed(cells[columns.meta], '{}', { name, line });
      const id = columns.id === -1 || cells[columns.id] === '' ? null : cells[columns.id];
      const record = reader.record({ ...(meta as object), text: cells[columns.text], entities: spans });
      if (record !== null) yield { ...record, id };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      context.fault(error);
    }
  }
}

function parsed(cell: string, empty: string, { name, line }: { name: string; line: number }): unknown {
  try {
    return JSON.parse(cell.trim() === '' ? empty : cell);
  } catch (cause) {
    const found = `${quoted(cell)}: ${messageOf(cause)}`;
    throw corpusError({ name, line, expected: 'JSON in the cell of the names', found, cause });
  }
}
