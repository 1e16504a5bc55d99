import { createOffsetConverter } from '#annotation/text/offset-units.js';
import { type TaggedText, type TaggedToken, writtenTag } from '#tagging/tagger/entity.js';
import type { HuggingFaceOptions } from './tagging.js';

/** An element of the task's output. `entity` and `index` without aggregation, `entity_group` with it. */
export interface HuggingFaceEntity {
  readonly entity?: string;
  readonly index?: number;
  readonly entity_group?: string;
  readonly score: number;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The answer of Hugging Face's `TokenClassificationPipeline` (transformers, `pipelines/token_classification.py`).
 *
 * The strategies `first`, `average` and `max` settle which tag a word gets whose pieces disagree; our tokens are whole
 * words, so each of them is `simple`: neighbours of one label form a group, scored by the mean of its tokens.
 */
export function huggingFaceEntities(tagged: TaggedText, options: HuggingFaceOptions): readonly HuggingFaceEntity[] {
  const { strategy, ignoreLabels, offsetUnit, isPlain = false } = options;
  const offsets = createOffsetConverter(tagged.text, offsetUnit);
  const place = (start: number, end: number) => ({
    word: tagged.text.slice(start, end),
    start: offsets.fromUtf16(start),
    end: offsets.fromUtf16(end),
  });
  const ignored = new Set(ignoreLabels);
  const isKept = ({ entity, entity_group }: HuggingFaceEntity) => !ignored.has((entity ?? entity_group)!);
  if (strategy === 'none') {
    // From 1: the pipeline counts the special token that a transformer puts before the text.
    return tagged.tokens
      .map(({ tag, score, start, end }, index) => ({
        entity: writtenTag(tag, isPlain),
        score,
        index: index + 1,
        ...place(start, end),
      }))
      .filter(isKept);
  }
  // Filtered last: without its O the sequence "B-PER O I-PER" would become one entity.
  return groupTokens(tagged.tokens)
    .map(({ label, tokens }) => ({
      entity_group: label,
      score: tokens.reduce((sum, { score }) => sum + score, 0) / tokens.length,
      ...place(tokens[0].start, tokens.at(-1)!.end),
    }))
    .filter(isKept);
}

interface TokenGroup {
  readonly label: string;
  readonly tokens: TaggedToken[];
}

function groupTokens(tokens: readonly TaggedToken[]): readonly TokenGroup[] {
  const groups: TokenGroup[] = [];
  for (const token of tokens) {
    const isBeginning = token.tag.startsWith('B-');
    const label = token.tag.replace(/^[BI]-/, '');
    const last = groups.at(-1);
    if (last !== undefined && last.label === label && !isBeginning) last.tokens.push(token);
    else groups.push({ label, tokens: [token] });
  }
  return groups;
}
