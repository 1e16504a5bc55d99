import { setImmediate } from 'node:timers/promises';
import type { TaggedText } from '#tagging/tagger/entity.js';
import { inline, row, tagsOf } from './tag-formats.js';
import type { Source, TagTools } from './tag-tools.js';

/** A line of a column file: a token, or one that passes through as it is. */
type Line = { readonly columns: readonly string[]; readonly word: string } | { readonly asItIs: string };

/** Sentences that are tagged together. */
const SENTENCES = 64;

/**
 * Text that is tokenised already, a token a row and a blank line after each sentence. Whatever other columns a row has pass
 * through, and so do comments and the lines that begin documents; the predicted tag is the last column.
 */
export async function tagColumns(source: Source, tools: TagTools): Promise<void> {
  const { options, tagger, threshold, response, write } = tools;
  const answers: object[] = [];
  const pages: TaggedText[] = [];
  let sentence: Line[] = [];
  let sentences: Line[][] = [];

  const flush = (): void => {
    const words = sentences.map((lines) => lines.flatMap((line) => ('word' in line ? [line.word] : [])));
    const tagged = tagger.tagWords(words, { threshold });
    for (const [i, result] of tagged.entries()) {
      if (options.format === 'conll') write(rowsOf(sentences[i], tagsOf(result, tagger.isPlain)));
      if (words[i].length === 0) continue;
      if (options.format === 'text') write(`${inline(result)}\n`);
      else if (options.format === 'html') pages.push(result);
      else if (options.format === 'jsonl') write(`${JSON.stringify(response(() => result))}\n`);
      else if (options.format === 'json') answers.push(response(() => result));
    }
    sentences = [];
  };

  const read = lineReader();
  const lines = source.lines()[Symbol.asyncIterator]();
  let next = lines.next();
  for (;;) {
    // Who waits for a sentence gets it at once; what is there already goes in batches.
    const isFull = sentences.length >= SENTENCES;
    if (sentences.length > 0 && (isFull || !(await isThere(next)))) flush();
    const { done, value: text } = await next;
    if (done) break;
    next = lines.next();
    if (text.trim() !== '') {
      sentence.push(read(text));
    } else if (sentence.length > 0) {
      sentences.push(sentence);
      sentence = [];
    }
  }
  if (sentence.length > 0) sentences.push(sentence);
  flush();
  if (options.format === 'json') {
    write(`${JSON.stringify(answers.length === 1 ? answers[0] : { results: answers }, null, 2)}\n`);
  } else if (options.format === 'html') {
    const { tagPage } = await import('./tag-page.js');
    write(tagPage(pages, tagger));
  }
}

/** Whether something is there without waiting for other input. */
function isThere(next: Promise<unknown>): Promise<boolean> {
  const there = next.then(
    () => true,
    () => true,
  );
  return Promise.race([there, setImmediate(false)]);
}

function rowsOf(lines: readonly Line[], tags: readonly string[]): string {
  let at = 0;
  const rows = lines.map((line) => ('word' in line ? row([...line.columns, tags[at++]]) : line.asItIs));
  return `${rows.join('\n')}\n\n`;
}

const DOCUMENT = /^-DOCSTART-/;
const TAG = /^(?:O|[BIESLUM]-\S+)$/;
/** Of CoNLL-U and its kin, where a sentence begins with word 1; 7-8 and 7.1 are no words of their own. */
const FIRST_ID = /^1(?:-\d+)?$/;
const OTHER_ID = /^\d+[-.]\d+$/;

/** Reads lines by what the rows before had: a comment is no row of a token `#`. */
function lineReader(): (text: string) => Line {
  let count: number | undefined;
  let hasIds: boolean | undefined;
  return (text) => {
    if (DOCUMENT.test(text)) return { asItIs: text };
    const columns = text.includes('\t')
      ? text.split('\t').map((column) => column.replace(/^ +| +$/g, ''))
      : text.trim().split(/ +/);
    if (text.startsWith('#') && columns[0] !== '#') {
      if (count === undefined ? /^# /.test(text) : columns.length !== count) return { asItIs: text };
    } else if (columns[0] === '#') {
      const isRow =
        count === undefined
          ? columns.length < 2 || columns.slice(1).some((column) => TAG.test(column))
          : columns.length === count;
      if (!isRow) return { asItIs: text };
    }
    hasIds ??= columns.length >= 3 && FIRST_ID.test(columns[0]);
    if (hasIds && OTHER_ID.test(columns[0])) return { asItIs: text };
    count ??= columns.length;
    return { columns, word: (hasIds ? columns[1] : columns[0]) || '_' };
  };
}
