import { parseCorpus } from '../corpus/read-corpus.js';
import { AppError } from '../errors.js';
import type { TaggedText, Tagger } from '../tagger/entity.js';
import { elapsedMs, tagResponse } from '../tagger/tag-response.js';
import { segments } from '../tags/segments.js';
import type { TagCommandOptions } from './commands/tag.js';
import { loadActiveTagger } from './load-active-tagger.js';
import { note, print, printJson, printJsonLine } from './output.js';

/** More than this on standard input is refused, not cut. */
const MAX_INPUT_BYTES = 256 * 2 ** 20;

/** `onomast tag`: reads texts or columns, prints names. */
export async function tagInput(texts: readonly string[], options: TagCommandOptions): Promise<void> {
  const threshold = options.threshold === undefined ? 0 : Number(options.threshold);
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new AppError('invalid_argument', `--threshold: expected a number from 0 to 1, found "${options.threshold}"`);
  }
  const input = texts.length > 0 ? [...texts] : [await readStandardInput()];
  const tagger = await loadActiveTagger(options.model);
  if (options.input === 'conll') return tagColumns(tagger, input.join('\n'), options, threshold);

  const isLineByLine = options.format === 'jsonl' && texts.length === 0;
  const units = isLineByLine ? input[0].replace(/\r?\n$/, '').split(/\r?\n/) : input;
  const response = (text: string): object => respond(() => tagger.tag(text, { threshold }), tagger, options);
  switch (options.format) {
    case 'json':
      return printJson(units.length === 1 ? response(units[0]) : { results: units.map(response) });
    case 'jsonl':
      for (const text of units) printJsonLine(response(text));
      return;
    case 'conll':
      for (const text of units) print(tokenColumns(tagger.tag(text)));
      return;
    case 'text':
      for (const text of units) print(marked(tagger.tag(text, { threshold })));
  }
}

/** Sentences that are tokenised already; a tag column, if there is one, is shown as gold. */
function tagColumns(tagger: Tagger, columns: string, options: TagCommandOptions, threshold: number): void {
  const { sentences, hasGold } = readColumns(columns);
  const tagged = tagger.tagWords(
    sentences.map(({ words }) => words),
    { threshold },
  );
  switch (options.format) {
    case 'conll':
      for (const [i, { tokens }] of tagged.entries()) {
        const gold = hasGold ? sentences[i].tags : undefined;
        const rows = tokens.map(({ text, tag }, t) =>
          [text.replace(/\s/gu, '_'), ...(gold ? [gold[t]] : []), tag].join(' '),
        );
        print(`${rows.join('\n')}\n\n`);
      }
      return;
    case 'text':
      for (const result of tagged) print(marked(result));
      return;
    default: {
      const responses = tagged.map((result) => respond(() => result, tagger, options));
      if (options.format === 'jsonl') for (const body of responses) printJsonLine(body);
      else printJson(responses.length === 1 ? responses[0] : { results: responses });
    }
  }
}

/** Files with one column hold words only; others are corpora. */
function readColumns(text: string): {
  sentences: readonly { words: readonly string[]; tags: readonly string[] }[];
  hasGold: boolean;
} {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const isWordsOnly = lines.every((line) => !/\S\s+\S/u.test(line));
  if (!isWordsOnly)
    return { sentences: parseCorpus({ name: 'input', text, format: 'conll' }).sentences, hasGold: true };
  const sentences: { words: string[]; tags: string[] }[] = [];
  let words: string[] = [];
  for (const line of [...lines, '']) {
    if (line.trim() !== '') words.push(line.trim());
    else if (words.length > 0) {
      sentences.push({ words, tags: [] });
      words = [];
    }
  }
  return { sentences, hasGold: false };
}

function respond(tag: () => TaggedText, tagger: Tagger, { offsetUnit }: TagCommandOptions): object {
  const start = performance.now();
  const tagged = tag();
  return tagResponse(tagged, {
    model: tagger.model,
    offsetUnit,
    withText: false,
    withTokens: false,
    ms: elapsedMs(start),
  });
}

/** The text with its names as [Ada|PER], the inline form that train reads. */
function marked({ text, entities }: TaggedText): string {
  const escaped = (part: string): string => part.replace(/[\\[\]|]/g, '\\$&');
  return segments(text, entities)
    .map(({ text: part, entity }) => (entity ? `[${escaped(part)}|${entity.label}]` : escaped(part)))
    .join('');
}

/** token TAB tag; a blank line where one sentence's tokens end is not known here, so one text is one block. */
function tokenColumns({ tokens }: TaggedText): string {
  return `${tokens.map(({ text, tag }) => `${text.replace(/\s/gu, '_')}\t${tag}`).join('\n')}\n\n`;
}

async function readStandardInput(): Promise<string> {
  if (process.stdin.isTTY) note('onomast: reading standard input; end it with Ctrl-D');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_INPUT_BYTES) {
      throw new AppError('text_too_long', `standard input: at most ${MAX_INPUT_BYTES} bytes are taken at once`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
