import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import { safeLabel } from '#annotation/tags/loose-tags.js';
import { quoted } from '#base/quoted.js';
import { DocumentBuilder, isBlank, StrayRows } from './columns.js';
import type { Format, ReadContext, Sample } from './format.js';
import { rowsOf, withoutSpaces } from './rows.js';

const START = /^<START(?::([^>]*))?>$/;

/**
 * Apache OpenNLP's name samples: one sentence a line, words separated by spaces, names between `<START:person>` and
 * `<END>`; a blank line begins a document. A mark without a label is read as `default`, as OpenNLP does.
 */
export const opennlp: Format = {
  name: 'opennlp',
  summary: 'OpenNLP name samples: <START:person> Mina Roy <END> left .',
  extensions: ['.train', '.txt'],
  loses: ['text', 'words', 'ids', 'metadata', 'labels', 'overlaps', 'plain'],
  labelMarks: />/g,
  detect: ({ lines }: Sample) => {
    const marked = lines.filter((line) => /(?:^|\s)<START(?::[^>]*)?>\s.*\s<END>(?:\s|$)/.test(line)).length;
    return marked > 0 ? 1 : 0;
  },
  *read(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
    const builder = new DocumentBuilder();
    const stray = new StrayRows();
    let line = 0;
    let isBlankBefore = false;
    for (const text of source.lines) {
      line++;
      if (isBlank(text)) {
        isBlankBefore = true;
      } else {
        if (isBlankBefore) builder.beginDocument();
        isBlankBefore = false;
        stray.look(text, line);
        readSentence(text, { name: source.name, line, builder, context });
        builder.endSentence();
      }
      if (builder.hasReady) yield* builder.take();
    }
    yield* builder.finish();
    stray.describe(context);
  },
  *write(documents, context) {
    const file = `${context.stem}.train`;
    let isFirst = true;
    for (const { document, sentences } of rowsOf(documents, context)) {
      const head = !isFirst && !document.continues ? '\n' : '';
      isFirst = false;
      const rows = sentences.map(({ words, tags }) => {
        const cells = words.flatMap((word, token) => {
          const tag = tags[token];
          const isLast = tags[token + 1]?.[0] !== 'I';
          return [
            ...(tag[0] === 'B' ? [`<START:${tag.slice(2).replaceAll('>', '_')}>`] : []),
            withoutSpaces(word).replace(/^<(START(?::[^>]*)?|END)>$/, '_$1_'),
            ...(tag !== 'O' && isLast ? ['<END>'] : []),
          ];
        });
        return `${cells.join(' ')}\n`;
      });
      yield { file, text: head + rows.join('') };
    }
  },
};

function readSentence(
  text: string,
  { name, line, builder, context }: { name: string; line: number; builder: DocumentBuilder; context: ReadContext },
): void {
  const fault = (expected: string, found: string) => context.fault(corpusError({ name, line, expected, found }));
  let label: string | null = null;
  let isFirst = true;
  for (const cell of text.trim().split(/\s+/)) {
    const start = START.exec(cell);
    if (start !== null) {
      if (label !== null) fault('<END> before the next <START>', quoted(text));
      label = safeLabel(start[1] ?? 'default');
      if (label === null) {
        fault('a label without white space in <START:label>', quoted(cell));
        label = 'default';
      }
      isFirst = true;
    } else if (cell === '<END>') {
      if (label === null || isFirst) fault('a word between <START> and <END>', quoted(text));
      label = null;
    } else {
      builder.addToken(cell, label === null ? 'O' : `${isFirst ? 'B' : 'I'}-${label}`, line);
      isFirst = false;
    }
  }
  if (label !== null) fault('<END> behind the last word of a name', quoted(text));
}
