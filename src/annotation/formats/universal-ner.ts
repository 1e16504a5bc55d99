import { type CorpusSource, corpusError, quoted } from '#annotation/documents/corpus-source.js';
import { TAG_FORM, tryParseTag } from '#annotation/tags/bio.js';
import { type ColumnsRead, SentenceBuilder } from './column-sentences.js';

export interface UniversalNerRead extends ColumnsRead {
  /** Tags `B-O` and `I-O`, read as `O`: left-overs of annotation, not a label. */
  readonly artefactTags: number;
  /** Lines of multiword tokens (`1-2`) and empty nodes (`1.1`), whose parts have lines of their own. */
  readonly skippedRows: number;
}

const WORD_COLUMN = 2;
const TAG_COLUMN = 3;

/**
 * Universal NER `.iob2`: TAB-parted lines of token number, word, tag and more; the tag is column 3, not the last one.
 * Lines that begin with `#` are comments, of which `# newdoc` begins a document. All labels are kept, `OTH` as well.
 *
 * @throws {AppError} `malformed_corpus`, `invalid_tag`
 */
export function readUniversalNer(source: CorpusSource): UniversalNerRead {
  const { name, lines } = source;
  const builder = new SentenceBuilder();
  let artefactTags = 0;
  let skippedRows = 0;
  let columnCount = 0;

  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    if (text.trim() === '') {
      builder.endSentence();
      continue;
    }
    if (text.startsWith('#')) {
      if (text.startsWith('# newdoc')) builder.endDocument();
      continue;
    }
    const columns = text.split('\t');
    if (/^\d+[-.]\d+$/.test(columns[0])) {
      skippedRows++;
      continue;
    }
    if (!/^\d+$/.test(columns[0])) {
      throw corpusError({ name, line, expected: 'a token number in column 1', found: quoted(columns[0]) });
    }
    if (columns.length < TAG_COLUMN) {
      const expected = `at least ${TAG_COLUMN} columns parted by TAB (number, word, tag)`;
      throw corpusError({ name, line, expected, found: `${columns.length} (${quoted(text)})` });
    }
    const word = columns[WORD_COLUMN - 1];
    if (word === '') {
      throw corpusError({ name, line, expected: `a word in column ${WORD_COLUMN}`, found: quoted(text) });
    }
    const written = columns[TAG_COLUMN - 1].trim();
    if (tryParseTag(written) === null) {
      const expected = `${TAG_FORM} in column ${TAG_COLUMN}`;
      throw corpusError({ code: 'invalid_tag', name, line, expected, found: quoted(written) });
    }
    const isArtefact = written === 'B-O' || written === 'I-O';
    if (isArtefact) artefactTags++;
    columnCount ||= columns.length;
    builder.addToken({ word, tag: isArtefact ? 'O' : written, line });
  }
  return {
    sentences: builder.finish(),
    columns: { count: columnCount, word: WORD_COLUMN, tag: TAG_COLUMN },
    artefactTags,
    skippedRows,
  };
}
