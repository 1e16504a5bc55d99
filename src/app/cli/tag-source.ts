import { looksLikeHtml } from '#annotation/text/markup/html-text.js';
import { note } from './output.js';
import { tagColumns } from './tag-columns.js';
import { columnsOf, inline } from './tag-formats.js';
import type { TagInputKind } from './tag-options.js';
import { tagCsv, tagJsonLines, tagLines } from './tag-records.js';
import type { Source, TagTools } from './tag-tools.js';

/** Tags all of a source; lines, records and sentences as they come in. */
export async function tagSource(source: Source, kind: TagInputKind, tools: TagTools): Promise<void> {
  switch (kind) {
    case 'jsonl':
      return tagJsonLines(source, tools);
    case 'csv':
      return tagCsv(source, tools);
    case 'conll':
      return tagColumns(source, tools);
    case 'text':
      if (tools.options.format === 'jsonl') return tagLines(source, tools);
      return tagTexts([await source.all()], tools, kind, { isStream: true });
    default:
      return tagTexts([await source.all()], tools, kind, { isStream: true });
  }
}

/** Texts that are read whole. */
export async function tagTexts(
  texts: readonly string[],
  { tagger, options, tag, response, write }: TagTools,
  kind: TagInputKind,
  { isStream = false }: { readonly isStream?: boolean } = {},
): Promise<void> {
  if (kind === 'text') noticesOf(texts);
  switch (options.format) {
    case 'json': {
      const answers = texts.map((text) => response(() => tag(text)));
      return write(`${JSON.stringify(answers.length === 1 ? answers[0] : { results: answers }, null, 2)}\n`);
    }
    case 'jsonl':
      for (const text of texts) write(`${JSON.stringify(response(() => tag(text)))}\n`);
      return;
    case 'conll':
      for (const text of texts) write(columnsOf(tag(text), tagger));
      return;
    case 'html': {
      const { tagPage } = await import('./tag-page.js');
      return write(tagPage(texts.map(tag), tagger));
    }
    case 'text':
      for (const text of texts) if (text !== '' || !isStream) write(withLineEnd(inline(tag(text))));
  }
}

const withLineEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

/** What a text seems to be that was given as plain text. */
function noticesOf(texts: readonly string[]): void {
  if (texts.some(looksLikeHtml)) {
    note(
      'onomast: the text looks like HTML; --input html reads tags and character references, offsets stay those of the text',
    );
  } else if (texts.some((text) => /^\s*\{"/.test(text) && looksLikeJsonLines(text))) {
    note('onomast: the text looks like JSON lines; --input jsonl tags their texts and passes other members through');
  }
}

function looksLikeJsonLines(text: string): boolean {
  const [line] = text.trimStart().split('\n', 1);
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
