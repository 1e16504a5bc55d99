import type { TaggedText } from './entity.js';

/** How unsure a model is of a text, 0 to 1: of its least certain word, for one name in doubt is what a person is needed for. */
export function doubtOf({ tokens }: Pick<TaggedText, 'tokens'>): number {
  return tokens.reduce((most, { score }) => Math.max(most, 1 - score), 0);
}
