import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { labelsOf } from '#annotation/tags/labels-of.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { documentsOf } from '#tagging/evaluation/documents-of.js';
import { createSpanScorer, type Evaluation } from '#tagging/evaluation/span-scores.js';
import type { Tagger } from '#tagging/tagger/entity.js';

/** What a model that another one was trained on from has forgotten of it, on data of the kind that the first learned from. */
export interface ForgettingReport {
  readonly type: 'forgetting';
  /** The model before. */
  readonly base: string;
  /** Where the sentences come from. */
  readonly corpus: string;
  readonly sentences: number;
  /** F1 of the labels that both models know and that these sentences hold, 0 to 1. */
  readonly labels: Readonly<Record<string, { readonly before: number; readonly after: number }>>;
  /** Names that the model before found and the new one does not, each once, in the order of the text: the first of them. */
  readonly lost: readonly LostName[];
  /** How many there are in all. */
  readonly lostCount: number;
}

export interface LostName {
  readonly text: string;
  readonly label: string;
}

/** So many are enough to see of what kind they are. */
const LISTED_NAMES = 10;

interface Scored {
  readonly labels: Evaluation['labels'];
  /** Of each sentence. */
  readonly tags: readonly (readonly string[])[];
}

/** Undefined where the two models and the sentences share no label: there is nothing to compare. */
export function forgettingBetween(
  { before, after }: { readonly before: Tagger; readonly after: Tagger },
  {
    base,
    corpus,
    sentences,
  }: { readonly base: string; readonly corpus: string; readonly sentences: readonly LabelledSentence[] },
): ForgettingReport | undefined {
  const shared = labelsOf(sentences).filter((label) => [before, after].every((one) => one.labels.includes(label)));
  if (shared.length === 0) return undefined;
  const [old, now] = [before, after].map((tagger) => scored(tagger, sentences));
  const lost = new Map<string, LostName>();
  sentences.forEach(({ words, tags }, i) => {
    const found = (of: Scored): Set<string> => new Set(spansFromIob2(of.tags[i]).map(keyOf));
    const [foundBefore, foundNow] = [found(old), found(now)];
    for (const span of spansFromIob2(tags)) {
      const key = keyOf(span);
      if (!shared.includes(span.label) || !foundBefore.has(key) || foundNow.has(key)) continue;
      const text = words.slice(span.startToken, span.endToken).join(' ');
      lost.set(`${span.label} ${text}`, { text, label: span.label });
    }
  });
  return {
    type: 'forgetting',
    base,
    corpus,
    sentences: sentences.length,
    labels: Object.fromEntries(
      shared.map((label) => [label, { before: old.labels[label]?.f1 ?? 0, after: now.labels[label]?.f1 ?? 0 }]),
    ),
    lost: [...lost.values()].slice(0, LISTED_NAMES),
    lostCount: lost.size,
  };
}

function scored(tagger: Tagger, sentences: readonly LabelledSentence[]): Scored {
  const documents = documentsOf(sentences);
  const tagged = tagger.tagWords(
    sentences.map(({ words }) => words),
    documents && { documents },
  );
  const tags = tagged.map(({ tokens }) => tokens.map(({ tag }) => tag));
  const scorer = createSpanScorer();
  sentences.forEach((sentence, i) => {
    scorer.add(sentence.tags, tags[i]);
  });
  return { labels: scorer.result().labels, tags };
}

function keyOf({ label, startToken, endToken }: ReturnType<typeof spansFromIob2>[number]): string {
  return `${startToken} ${endToken} ${label}`;
}
