import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { LabelledSentence } from './labelled-sentence.js';

/** A stretch of a text with a label: UTF-16 offsets, half-open. */
export interface CharacterSpan {
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

/** A text and its names by characters, before anything is tokenised. */
export interface AnnotatedText {
  readonly text: string;
  readonly spans: readonly CharacterSpan[];
}

/** A tokenised sentence as a text: its words joined by one space. */
export function annotatedText({ words, tags }: Pick<LabelledSentence, 'words' | 'tags'>): AnnotatedText {
  const starts: number[] = [];
  let position = 0;
  for (const word of words) {
    starts.push(position);
    position += word.length + 1;
  }
  const spans = spansFromIob2(tags).map(({ label, startToken, endToken }) => ({
    label,
    start: starts[startToken],
    end: starts[endToken - 1] + words[endToken - 1].length,
  }));
  return { text: words.join(' '), spans };
}
