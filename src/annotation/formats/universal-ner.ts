import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import { tryParseTag } from '#annotation/tags/bio.js';
import { looseTag } from '#annotation/tags/loose-tags.js';
import { quoted } from '#base/quoted.js';
import { DocumentBuilder, isBlank, OtherColumn } from './columns.js';
import { describeOther, idOf } from './conll.js';
import type { Format, ReadContext, Sample } from './format.js';
import { rowsOf } from './rows.js';
import { gapsOf, textOfSentence } from './sentence-text.js';

const WORD_COLUMN = 2;
const TAG_COLUMN = 3;
const TEXT_COMMENT = '# text = ';

/**
 * Universal NER `.iob2`, also GermEval: lines of token number, word, tag and more, separated by tabs; the tag is column 3,
 * not the last one. Lines that begin with `#` are comments, of which `# newdoc` begins a document and `# text` holds the
 * sentence as it was. All labels are kept, `OTH` as well.
 */
export const universalNer: Format = {
  name: 'universal-ner',
  summary: 'Universal NER .iob2 and GermEval: number, word, tag and more, separated by tabs',
  extensions: ['.iob2'],
  loses: ['text', 'metadata', 'overlaps'],
  detect: looksNumbered,
  read: readNumbered,
  *write(documents, context) {
    const file = `${context.stem}.iob2`;
    let number = 0;
    for (const { document, sentences, startsDocument } of rowsOf(documents, context)) {
      const newdoc = startsDocument ? `# newdoc${document.id === null ? '' : ` id = ${oneLine(document.id)}`}\n` : '';
      const blocks = sentences.map((sentence, index) => {
        const { words, tags } = sentence;
        number++;
        const text = document.isTextGiven ? `${TEXT_COMMENT}${textOfSentence(document, sentence)}\n` : '';
        const rows = words.map(
          (word, token) => `${token + 1}\t${word.replace(/[\t\r\n]/g, ' ')}\t${tags[token]}\t-\t-\n`,
        );
        return `${index === 0 ? newdoc : ''}# sent_id = ${number}\n${text}${rows.join('')}\n`;
      });
      yield { file, text: blocks.join('') };
    }
  },
};

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, ' ');
}

function* readNumbered(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  const { name } = source;
  const tagColumn = context.tagColumn ?? TAG_COLUMN;
  const builder = new DocumentBuilder();
  const other = new OtherColumn(tagColumn === TAG_COLUMN ? TAG_COLUMN : TAG_COLUMN - 1);
  const labels = new Set<string>();
  let columnCount = 0;
  let sentenceText: string | null = null;
  let words: string[] = [];
  let line = 0;
  const end = () => {
    const gaps = sentenceText === null ? undefined : gapsOf(words, sentenceText);
    builder.endSentence(gaps && { gaps });
    sentenceText = null;
    words = [];
  };
  for (const text of source.lines) {
    line++;
    if (isBlank(text)) {
      end();
    } else if (text.startsWith('#')) {
      context.comment();
      if (text.startsWith('# newdoc')) builder.beginDocument(idOf(text));
      if (text.startsWith(TEXT_COMMENT)) sentenceText = text.slice(TEXT_COMMENT.length);
    } else {
      const columns = text.split('\t');
      const row = checkedRow(columns, { name, line, text, tagColumn, context });
      if (row !== null) {
        columnCount ||= columns.length;
        words.push(row.word);
        builder.addToken(row.word, row.tag, line);
        if (row.tag !== 'O') labels.add(row.tag.slice(2));
        if (columns.length > other.column) other.add(columns[other.column].trim());
      }
    }
    if (builder.hasReady) yield* builder.take();
  }
  end();
  yield* builder.finish();
  context.columns({ count: columnCount, word: WORD_COLUMN, tag: tagColumn });
  describeNested(other, { tagColumn, labels, context });
}

/** A further column of names over the same labels, as GermEval has for names within names. */
function describeNested(
  other: OtherColumn,
  place: { readonly tagColumn: number; readonly labels: ReadonlySet<string>; readonly context: ReadContext },
): void {
  const { context, tagColumn, labels } = place;
  if (context.tagColumn !== undefined || other.names === 0) return;
  const column = other.column + 1;
  if (column < tagColumn) describeOther(other, { tagColumn: tagColumn - 1, labels, context });
  else
    context.hint(
      `column ${column} holds ${other.names} more names, which were not read; --tag-column ${column} reads them`,
    );
}

function checkedRow(
  columns: readonly string[],
  {
    name,
    line,
    text,
    tagColumn,
    context,
  }: { name: string; line: number; text: string; tagColumn: number; context: ReadContext },
): { readonly word: string; readonly tag: string } | null {
  if (/^\d+[-.]\d+$/.test(columns[0])) {
    context.count('{n} rows of multiword tokens or empty nodes skipped');
    return null;
  }
  const fault = (expected: string, found: string) => {
    context.fault(corpusError({ name, line, expected, found }));
    return null;
  };
  if (!/^\d+$/.test(columns[0])) return fault('a token number in column 1', quoted(columns[0]));
  if (columns.length < tagColumn) {
    return fault(
      `at least ${tagColumn} columns separated by tabs (number, word, tag)`,
      `${columns.length} (${quoted(text)})`,
    );
  }
  const word = columns[WORD_COLUMN - 1];
  if (word === '') return fault(`a word in column ${WORD_COLUMN}`, quoted(text));
  const written = columns[tagColumn - 1].trim();
  if (written !== 'B-O' && written !== 'I-O') return { word, tag: written };
  context.count('{n} tags B-O or I-O read as O');
  return { word, tag: 'O' };
}

/** Most rows are numbered on from 1 in each sentence, and their third column is a tag. */
function looksNumbered({ lines }: Sample): number {
  const rows = lines
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .filter(([number]) => !/^\d+[-.]\d+$/.test(number));
  const fitting = rows.filter(([number, , tag], index) => {
    const isNumbered = number === '1' || Number(number) === Number(rows[index - 1]?.[0]) + 1;
    return isNumbered && (tryParseTag((tag ?? '').trim()) !== null || looseTag((tag ?? '').trim()) !== null);
  });
  return rows.length > 0 && fitting.length > rows.length / 2 ? 0.95 : 0;
}
