import { type CorpusSource, corpusError } from '#annotation/documents/corpus-source.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import { quoted } from '#base/quoted.js';
import { DocumentBuilder, isBlank } from './columns.js';
import { idOf } from './conll.js';
import type { Format, ReadContext, Sample } from './format.js';
import { rowsOf } from './rows.js';
import { gapBehind, textOfSentence } from './sentence-text.js';

const COLUMNS = 10;
/** Keys that the tag of a name goes by in column 10: NorNE and spaCy, Stanza, others. */
const NAME_KEY = /(?:^|\|)(?:name|ner|NER|NE|NamedEntity|Entity)=([^|]*)/;
/** The tag without a key, as the first release of NorNE has it. */
const BARE_TAG = /(?:^|\|)([BI]-[^|=]+)/;

/**
 * CoNLL-U, ten columns separated by tabs, with the tags of names in the last one (`name=B-PER`) beside `SpaceAfter=No`. White
 * space other than one space is written as UDPipe does it: `SpacesAfter=\n`.
 */
export const conllu: Format = {
  name: 'conllu',
  summary: 'CoNLL-U with names in column 10: name=B-PER',
  extensions: ['.conllu'],
  loses: ['metadata', 'labels', 'overlaps'],
  labelMarks: /\|/g,
  detect: ({ lines }: Sample) => {
    const rows = lines.filter((line) => !line.startsWith('#'));
    const fitting = rows.filter((line) => line.split('\t').length === COLUMNS && /^\d+(?:[-.]\d+)?\t/.test(line));
    return rows.length > 0 && fitting.length > rows.length / 2 ? 1 : 0;
  },
  read: readConllu,
  *write(documents, context) {
    const file = `${context.stem}.conllu`;
    let number = 0;
    for (const { document, sentences, startsDocument } of rowsOf(documents, context)) {
      const newdoc = startsDocument
        ? `# newdoc${document.id === null ? '' : ` id = ${document.id.replace(/[\r\n]/g, ' ')}`}\n`
        : '';
      const blocks = sentences.map((sentence, index) => {
        number++;
        const { words, tags, from } = sentence;
        const head = `${index === 0 ? newdoc : ''}# sent_id = ${number}\n# text = ${textOfSentence(document, sentence)}\n`;
        const rows = words.map((word, token) => {
          const misc = [
            ...(document.isTextGiven && from + token === 0 ? spaceBefore(document.text, document.tokens[0].start) : []),
            ...(document.isTextGiven
              ? spaceAfter(gapBehind(document, from + token), token === words.length - 1 ? '\n' : ' ')
              : []),
            ...(tags[token] === 'O' ? [] : [`name=${tags[token].replaceAll('|', '_')}`]),
          ];
          const cells = [token + 1, word.replace(/[\t\r\n]/g, ' '), ...new Array<string>(7).fill('_')];
          return `${[...cells, misc.length === 0 ? '_' : misc.join('|')].join('\t')}\n`;
        });
        return `${head}${rows.join('')}\n`;
      });
      yield { file, text: blocks.join('') };
    }
  },
};

function* readConllu(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  const { name } = source;
  const builder = new DocumentBuilder();
  let gaps: (string | undefined)[] = []; // where the file says something
  let lead: string | undefined;
  let saysSpace = false;
  let line = 0;
  const end = () => {
    const spaced = gaps.map((gap, index) => gap ?? (index === gaps.length - 1 ? '\n' : ' '));
    builder.endSentence(saysSpace ? { gaps: spaced, ...(lead !== undefined && { lead }) } : undefined);
    gaps = [];
    lead = undefined;
    saysSpace = false;
  };
  for (const text of source.lines) {
    line++;
    if (isBlank(text)) {
      end();
    } else if (text.startsWith('#')) {
      context.comment();
      if (text.startsWith('# newdoc')) builder.beginDocument(idOf(text));
      if (text.startsWith('# text = ')) saysSpace = true;
    } else {
      const columns = text.split('\t');
      if (/^\d+[-.]\d+$/.test(columns[0])) {
        context.count('{n} rows of multiword tokens or empty nodes skipped');
        saysSpace = false;
        continue;
      }
      const word = columns[1] ?? '';
      if (columns.length !== COLUMNS || !/^\d+$/.test(columns[0]) || word === '') {
        const expected = `${COLUMNS} columns separated by tabs, the first a number and the second a word`;
        context.fault(corpusError({ name, line, expected, found: `${columns.length} (${quoted(text)})` }));
        continue;
      }
      const misc = columns[COLUMNS - 1];
      gaps.push(gapOf(misc));
      const before = /(?:^|\|)SpacesBefore=([^|]*)/.exec(misc);
      if (before !== null && gaps.length === 1) lead = unescaped(before[1]);
      builder.addToken(word, (NAME_KEY.exec(misc) ?? BARE_TAG.exec(misc))?.[1] || 'O', line);
    }
    if (builder.hasReady) yield* builder.take();
  }
  end();
  yield* builder.finish();
  context.columns({ count: COLUMNS, word: 2, tag: COLUMNS });
}

function gapOf(misc: string): string | undefined {
  const spaces = /(?:^|\|)SpacesAfter=([^|]*)/.exec(misc);
  if (spaces !== null) return unescaped(spaces[1]);
  return /(?:^|\|)SpaceAfter=No(?:\||$)/.test(misc) ? '' : undefined;
}

function spaceBefore(text: string, start: number): string[] {
  return start === 0 ? [] : [`SpacesBefore=${escaped(text.slice(0, start))}`];
}

function spaceAfter(gap: string, usual: string): string[] {
  if (gap === usual) return [];
  return [gap === '' ? 'SpaceAfter=No' : `SpacesAfter=${escaped(gap)}`];
}

const ESCAPES: Readonly<Record<string, string>> = { ' ': 's', '\t': 't', '\n': 'n', '\r': 'r', '|': 'p', '\\': '\\' };
const UNESCAPES = Object.fromEntries(Object.entries(ESCAPES).map(([character, letter]) => [letter, character]));

function escaped(gap: string): string {
  return gap.replace(/[ \t\n\r|\\]/g, (character) => `\\${ESCAPES[character]}`);
}

function unescaped(gap: string): string {
  return gap.replace(/\\([stnrp\\])/g, (_, letter: string) => UNESCAPES[letter]);
}
