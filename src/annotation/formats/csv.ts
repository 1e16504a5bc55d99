import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import { quoted } from '#base/quoted.js';
import { DocumentBuilder, requireTagColumn } from './columns.js';
import { columnOf, csvCell, csvRows, headingOf } from './csv-rows.js';
import type { Format, ReadContext, Sample } from './format.js';
import { rowsOf } from './rows.js';

const WORDS = ['word', 'token', 'words', 'tokens', 'form'];
const TAGS = ['tag', 'ner', 'ner_tag', 'ner_tags', 'tags', 'label', 'labels', 'entity', 'iob'];
const SENTENCES = ['sentence #', 'sentence_id', 'sentence', 'sent_id', 'sentence_idx', 'sentence id', 'sent'];
const DOCUMENTS = ['document', 'doc', 'document_id', 'doc_id', 'document id'];

/**
 * CSV or TSV with a heading and one word a row. A column of sentences holds a number or a name in each row or, as in the
 * widespread `Sentence #,Word,POS,Tag`, in the first row of a sentence alone; without one, empty rows end sentences.
 */
export const csv: Format = {
  name: 'csv',
  summary: 'CSV or TSV with a heading and one word a row: Sentence #,Word,POS,Tag',
  extensions: ['.csv', '.tsv'],
  loses: ['text', 'metadata', 'overlaps'],
  detect: ({ head }: Sample) => {
    const heading = headingOf(head);
    if (heading === null || columnOf(heading.names, WORDS) === -1 || columnOf(heading.names, TAGS) === -1) return 0;
    return heading.separator === '\t' && heading.names.length === 2 ? 0.7 : 0.98;
  },
  read: readTokens,
  *write(documents, context) {
    const file = `${context.stem}.csv`;
    yield { file, text: 'Document,Sentence #,Word,Tag\n' };
    let document = 0;
    let number = 0;
    for (const { document: written, sentences } of rowsOf(documents, context)) {
      if (!written.continues || document === 0) document++;
      const id = csvCell(written.id ?? String(document));
      const rows = sentences.flatMap(({ words, tags }) => {
        number++;
        return words.map((word, token) => `${id},Sentence: ${number},${csvCell(word)},${csvCell(tags[token])}\n`);
      });
      yield { file, text: rows.join('') };
    }
  },
};

function* readTokens(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  const { name } = source;
  const heading = headingOf(source.head);
  const names = heading?.names ?? [];
  const columns = {
    word: columnOf(names, WORDS),
    tag: context.tagColumn === undefined ? columnOf(names, TAGS) : context.tagColumn - 1,
    sentence: columnOf(names, SENTENCES),
    document: columnOf(names, DOCUMENTS),
  };
  if (heading === null || columns.word === -1 || columns.tag === -1) {
    const expected = 'a heading with the columns Word and Tag';
    throw corpusError({ name, line: 1, expected, found: quoted(source.head.split(/\r?\n|\r/, 1)[0]) });
  }
  requireTagColumn(context, names.length, name);
  context.columns({ count: names.length, word: columns.word + 1, tag: columns.tag + 1 });
  const builder = new DocumentBuilder();
  let isHeading = true;
  let sentence: string | undefined;
  let document: string | undefined;
  for (const { cells, line } of csvRows(source, heading.separator)) {
    if (isHeading) {
      isHeading = false;
      continue;
    }
    if (cells.length === 1 && cells[0].trim() === '') {
      builder.endSentence();
      continue;
    }
    if (cells.length !== names.length) {
      const expected = `${names.length} cells as in the heading`;
      context.fault(
        corpusError({ name, line, expected, found: `${cells.length} (${quoted(cells.join(heading.separator))})` }),
      );
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) {
      builder.endSentence();
      continue;
    }
    if (columns.document !== -1 && cells[columns.document] !== document && cells[columns.document] !== '') {
      builder.beginDocument(ownId(cells[columns.document]));
      document = cells[columns.document];
    }
    if (columns.sentence !== -1 && cells[columns.sentence] !== '' && cells[columns.sentence] !== sentence) {
      builder.endSentence();
      sentence = cells[columns.sentence];
    }
    const word = cells[columns.word];
    if (word.includes('\n') && word.includes(heading.separator)) {
      const found = `${quoted(word)}, which holds rows; a cell that is a quote is written """"`;
      context.fault(corpusError({ name, line, expected: 'a word', found }));
      continue;
    }
    if (word === '') context.leaveOut(line, 'the cell of the word is empty');
    else builder.addToken(word, cells[columns.tag].trim(), line);
    if (builder.hasReady) yield* builder.take();
  }
  yield* builder.finish();
}

/** Numbers are those that `write` gave to documents without an id. */
function ownId(cell: string): string | null {
  return /^\d+$/.test(cell) ? null : cell;
}
