import { parseCorpus } from '#annotation/reading/read-corpus.js';
import { segments } from '#annotation/tags/segments.js';
import { loadActiveTagger } from '#app/services/load-active-tagger.js';
import { AppError } from '#base/errors.js';
import type { TaggedText, Tagger } from '#tagging/tagger/entity.js';
import { elapsedMs, tagResponse } from '#tagging/tagger/tag-response.js';
import { noteWarning, print, printJson, printJsonLine } from './output.js';
import { readLines, readStandardInput } from './standard-input.js';

/** The flags of `onomast tag`. */
export interface TagCommandOptions {
  readonly model?: string;
  readonly input: 'text' | 'conll';
  readonly format: 'json' | 'jsonl' | 'conll' | 'text';
  readonly threshold?: string;
  readonly memory: 'on' | 'off';
  readonly offsetUnit: 'utf16' | 'codepoint' | 'utf8';
}

/** `onomast tag`: reads texts or columns, prints names. */
export async function tagInput(texts: readonly string[], options: TagCommandOptions): Promise<void> {
  const threshold = options.threshold?.trim() === '' ? Number.NaN : Number(options.threshold ?? 0);
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new AppError('invalid_argument', `--threshold: expected a number from 0 to 1, found "${options.threshold}"`);
  }
  const { tagger } = await loadActiveTagger(options.model, noteWarning);
  const memory = options.memory === 'on';
  const tag = (text: string): TaggedText => tagger.tag(text, { threshold, memory });
  const response = (text: string): object => respond(() => tag(text), tagger, options);
  const isFromInput = texts.length === 0;
  if (isFromInput && options.input === 'text' && options.format === 'jsonl') {
    for await (const line of readLines()) printJsonLine(response(line));
    return;
  }
  const input = isFromInput ? [await readStandardInput()] : texts;
  if (options.input === 'conll') return tagColumns(tagger, input.join('\n'), options, threshold);
  switch (options.format) {
    case 'json':
      return printJson(input.length === 1 ? response(input[0]) : { results: input.map(response) });
    case 'jsonl':
      for (const text of input) printJsonLine(response(text));
      return;
    case 'conll':
      for (const text of input) printSentences(tag(text), tagger);
      return;
    case 'text':
      for (const text of input) if (text !== '' || !isFromInput) print(marked(tag(text)));
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
      for (const [i, result] of tagged.entries()) {
        const tags = tagsOf(result);
        printRows(result.tokens.map(({ text }, t) => [text, ...(hasGold ? [sentences[i].tags[t]] : []), tags[t]]));
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
  const lines = text.split(/\r?\n/);
  const isWordsOnly = lines.every((line) => !/[\t ]/.test(line.trim()));
  if (!isWordsOnly) return { sentences: parseCorpus({ name: 'input', text }).sentences, hasGold: true };
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

function printSentences(tagged: TaggedText, { tokenizer }: Tagger): void {
  const tags = tagsOf(tagged);
  let at = 0;
  for (const sentence of tokenizer.sentences(tagged.text, tagged.tokens)) {
    printRows(sentence.map(({ text }) => [text, tags[at++]]));
  }
}

/** IOB2 tags of the entities alone: a name below the threshold is none. */
function tagsOf({ tokens, entities }: TaggedText): string[] {
  const tags = tokens.map(() => 'O');
  for (const { label, tokenStart, tokenEnd } of entities) {
    tags.fill(`I-${label}`, tokenStart, tokenEnd);
    tags[tokenStart] = `B-${label}`;
  }
  return tags;
}

/** Columns parted by one space, as conlleval reads them, and a blank line after the sentence. */
function printRows(rows: readonly (readonly string[])[]): void {
  print(`${rows.map((columns) => columns.map((column) => column.replace(/\s/gu, '_')).join(' ')).join('\n')}\n\n`);
}
