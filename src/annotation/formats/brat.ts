import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import type { Document } from '#annotation/documents/document.js';
import { NO_METADATA } from '#annotation/documents/document.js';
import type { WrittenDocument, WrittenSpan } from '#annotation/documents/written-document.js';
import { safeLabel } from '#annotation/tags/loose-tags.js';
import { createOffsetConverter } from '#annotation/text/offset-units.js';
import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import type { Format, ReadContext, Sample, WriteContext } from './format.js';

const ENTITY = /^T\d+\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)$/;

/**
 * brat's stand-off format: the text in `NAME.txt`, names in `NAME.ann` (`T1 TAB Person 0 8 TAB Mina Roy`), offsets in code
 * points. Of a name in several pieces the whole from its first to its last piece is read; relations, events, attributes and
 * notes are counted.
 */
export const brat: Format = {
  name: 'brat',
  summary: 'brat stand-off: NAME.txt with the text beside NAME.ann',
  extensions: ['.ann'],
  loses: ['tokens', 'sentences', 'documents', 'metadata', 'plain'],
  offsetUnit: 'codepoint',
  detect: ({ lines }: Sample) => {
    const fitting = lines.filter((line) => /^(?:[TREAMN]\d+|#\d+|\*)\t/.test(line)).length;
    return lines.some((line) => ENTITY.test(line)) && fitting > lines.length / 2 ? 1 : 0;
  },
  *read(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
    const text = context.companion('.txt');
    if (text === null) {
      const expected = `the text that it annotates beside it (${source.name.replace(/\.ann$/, '')}.txt)`;
      throw new AppError('not_found', `${source.name}: expected ${expected}, found none`);
    }
    yield {
      kind: 'text',
      id: stemOf(source.name),
      line: 1,
      continues: false,
      meta: NO_METADATA,
      text,
      spans: [...readEntities(source, context)],
      offsetUnit: null,
      tokens: null,
      sentences: null,
    };
  },
  *write(documents: Iterable<Document>, { stem, isStream }: WriteContext) {
    if (isStream) {
      throw new AppError('invalid_argument', 'brat: expected a directory for its pairs of files, found one stream');
    }
    let number = 0;
    const used = new Set<string>();
    for (const document of documents) {
      number++;
      const wanted = document.id === null ? `${stem}-${number}` : document.id.replace(/[^\p{L}\p{M}\p{N}._-]/gu, '_');
      const isFree = wanted !== '' && !/^\.+$/.test(wanted) && !used.has(wanted.toLowerCase());
      const file = isFree ? wanted : `${stem}-${number}`;
      used.add(file.toLowerCase());
      yield { file: `${file}.txt`, text: document.text };
      yield { file: `${file}.ann`, text: entityLines(document).join('') };
    }
  },
};

function* readEntities(source: CorpusSource, context: ReadContext): Generator<WrittenSpan> {
  const { name } = source;
  let line = 0;
  for (const row of source.lines) {
    line++;
    if (row.trim() === '') continue;
    if (!row.startsWith('T')) {
      context.count('{n} lines of relations, events, attributes and notes not read');
      continue;
    }
    const entity = ENTITY.exec(row);
    const label = entity === null ? null : safeLabel(entity[1]);
    if (entity === null || label === null) {
      const expected = 'T, a number, TAB, label, start, end, TAB, text';
      context.fault(corpusError({ name, line, expected, found: quoted(row) }));
      continue;
    }
    const pieces = entity[2].split(';').map((piece) => piece.split(' ').map(Number));
    const start = pieces[0][0];
    const end = pieces[pieces.length - 1][1];
    if (pieces.length > 1) context.count('{n} names in several pieces read as one');
    yield { label, start, end, line, ...(pieces.length === 1 && { text: entity[3] }) };
  }
}

function entityLines({ text, spans }: Document): string[] {
  const converter = createOffsetConverter(text, 'codepoint');
  return spans.map(({ start, end, label }, index) => {
    const offsets = `${converter.fromUtf16(start)} ${converter.fromUtf16(end)}`;
    return `T${index + 1}\t${label} ${offsets}\t${text.slice(start, end).replace(/[\r\n]/g, ' ')}\n`;
  });
}

/** `dir/a.ann` -> `a`. */
function stemOf(path: string): string {
  return (path.split(/[\\/]/).at(-1) ?? path).replace(/\.(?:ann|txt)$/, '');
}
