import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import type { Tagger } from '#tagging/tagger/entity.js';
import { documentsOf } from './documents-of.js';
import { createSpanScorer, type Evaluation } from './span-scores.js';

/** Scores a tagger on annotated sentences, with their own tokens, and in their documents where those are marked. */
export function evaluateTagger(tagger: Pick<Tagger, 'tagWords'>, sentences: readonly LabelledSentence[]): Evaluation {
  const scorer = createSpanScorer();
  const documents = documentsOf(sentences);
  const tagged = tagger.tagWords(
    sentences.map(({ words }) => words),
    documents && { documents },
  );
  sentences.forEach(({ tags }, i) => {
    scorer.add(
      tags,
      tagged[i].tokens.map(({ tag }) => tag),
    );
  });
  return scorer.result();
}
