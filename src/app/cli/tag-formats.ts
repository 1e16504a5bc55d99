import { segments } from '#annotation/tags/segments.js';
import { type TaggedText, type Tagger, writtenTag } from '#tagging/tagger/entity.js';

/** The text with its names as [Ada|PER], the inline form that train reads. */
export function inline({ text, entities }: TaggedText): string {
  const escaped = (part: string): string => part.replace(/[\\[\]|]/g, '\\$&');
  return segments(text, entities)
    .map(({ text: part, entity }) => (entity ? `[${escaped(part)}|${entity.label}]` : escaped(part)))
    .join('');
}

/** Token and tag a row, a blank line after each sentence. */
export function columnsOf(tagged: TaggedText, { tokenizer, isPlain }: Tagger): string {
  const tags = tagsOf(tagged, isPlain);
  let at = 0;
  return tokenizer
    .sentences(tagged.text, tagged.tokens)
    .map((sentence) => `${sentence.map(({ text }) => row([text, tags[at++]])).join('\n')}\n\n`)
    .join('');
}

/** Columns separated by one space, as conlleval reads them. */
export function row(columns: readonly string[]): string {
  return columns.map((column) => column.replace(/\s/gu, '_')).join(' ');
}

/** Tags of the entities alone, as files write them: a name below the threshold is none. */
export function tagsOf({ tokens, entities }: Pick<TaggedText, 'tokens' | 'entities'>, isPlain: boolean): string[] {
  const tags = tokens.map(() => 'O');
  for (const { label, tokenStart, tokenEnd } of entities) {
    tags.fill(`I-${label}`, tokenStart, tokenEnd);
    tags[tokenStart] = `B-${label}`;
  }
  return tags.map((tag) => writtenTag(tag, isPlain));
}
