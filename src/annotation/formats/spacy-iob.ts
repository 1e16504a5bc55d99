import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import { looseTag } from '#annotation/tags/loose-tags.js';
import { quoted } from '#base/quoted.js';
import { DOCUMENT_MARK, DocumentBuilder, isBlank } from './columns.js';
import type { Format, ReadContext, Sample } from './format.js';
import { rowsOf, withoutSpaces } from './rows.js';

/**
 * One sentence a line, words separated by spaces, each with its tag behind a bar: `I|O like|O London|B-GPE`; the form with a
 * part of speech between is read, too (`London|NNP|I-GPE`). A blank line or a `-DOCSTART-` begins a document.
 */
export const spacyIob: Format = {
  name: 'spacy-iob',
  summary: 'spaCy .iob: one sentence a line, word|tag or word|POS|tag',
  extensions: ['.iob'],
  loses: ['text', 'words', 'ids', 'metadata', 'labels', 'overlaps'],
  labelMarks: /\|/g,
  detect: ({ lines }: Sample) => {
    const rows = lines.filter((line) => !line.startsWith('# ') && !line.startsWith(DOCUMENT_MARK));
    const fitting = rows.filter((line) =>
      line
        .trim()
        .split(/\s+/)
        .every((cell) => /^.+\|[^|]+$/.test(cell) && looseTag(cell.slice(cell.lastIndexOf('|') + 1)) !== null),
    );
    return rows.length > 0 && fitting.length > rows.length / 2 ? 1 : 0;
  },
  *read(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
    const { name } = source;
    const builder = new DocumentBuilder();
    let line = 0;
    for (const text of source.lines) {
      line++;
      if (text.startsWith('# ') && !text.includes('|')) {
        context.comment();
      } else if (text.startsWith(DOCUMENT_MARK)) {
        builder.beginDocument();
      } else if (!isBlank(text)) {
        for (const cell of text.trim().split(/\s+/)) {
          const parts = cell.split('|');
          const tag = parts.length > 1 ? parts[parts.length - 1] : '';
          // A bar may be a word itself: "|||O".
          const word = cell
            .slice(0, cell.length - tag.length - 1)
            .replace(/^(.+?)\|[^|]*$/, parts.length === 3 ? '$1' : '$&');
          if (tag === '' || word === '') {
            context.fault(corpusError({ name, line, expected: 'word|tag or word|POS|tag', found: quoted(cell) }));
          } else builder.addToken(word, tag, line);
        }
        builder.endSentence();
      }
      if (builder.hasReady) yield* builder.take();
    }
    yield* builder.finish();
  },
  *write(documents, context) {
    const file = `${context.stem}.iob`;
    let isFirst = true;
    for (const { sentences, startsDocument } of rowsOf(documents, context)) {
      const head = startsDocument ? `${isFirst ? '' : '\n'}${DOCUMENT_MARK}|O\n\n` : '';
      isFirst = false;
      const rows = sentences.map(
        ({ words, tags }) =>
          `${words.map((word, token) => `${withoutSpaces(word, '|')}|${tags[token].replaceAll('|', '_')}`).join(' ')}\n`,
      );
      yield { file, text: head + rows.join('') };
    }
  },
};
