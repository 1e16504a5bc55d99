import type { Token } from '#annotation/text/token.js';
import { AppError } from '#base/errors.js';
import type { Tagger } from '#tagging/tagger/entity.js';

/** Why a model says what it says of some words of a text. Probabilities from 0 to 1; offsets count UTF-16 units of the text. */
export interface NameExplanation {
  /** The words that were asked about, whole. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The likeliest label of exactly these words. */
  readonly label: string;
  /** Of these words with that label, in their sentence alone. */
  readonly score: number;
  /** Whether the model finds them as a name. */
  readonly isFound: boolean;
  /** Only what the text said earlier makes it a name. */
  readonly isRemembered: boolean;
  /** Every label that these words could bear, likeliest first. */
  readonly labels: readonly { readonly label: string; readonly score: number }[];
  /** That they are no name, or not exactly. */
  readonly noName: number;
  /** The words around, in order, each with what the score loses without it; below 0 where it spoke against. */
  readonly words: readonly {
    readonly text: string;
    readonly start: number;
    readonly end: number;
    readonly effect: number;
  }[];
  /** The score without all that stands before, without all that stands after, and without either. */
  readonly withoutLeft: number;
  readonly withoutRight: number;
  readonly alone: number;
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Words on each side that are left out one by one. */
const TRIED = 30;
/** Words on each side that are read at all: a sentence of thousands is no sentence. */
const READ = 120;

/**
 * Leaves out the words around a name one at a time and looks what becomes of its score (occlusion, Zeiler and Fergus 2014).
 *
 * @param place Any part of the words; they are taken whole.
 * @throws {AppError} `invalid_request` where the place holds no word or goes beyond a sentence.
 */
export function explainName(tagger: Tagger, text: string, place: Place): NameExplanation {
  const { tokens, first, last } = sentenceAt(tagger, text, place);
  const length = last + 1 - first;
  const [start, end] = [tokens[first].start, tokens[last].end];
  const scoresOf = (variants: readonly Variant[]): number[] =>
    tagger.spanScores(
      variants.map(({ words, from, label }) => ({
        words: words.map((token) => token.text),
        span: { label, startToken: from, endToken: from + length },
        borders: words.flatMap((token, i) => (i > 0 && token.border ? [i] : [])),
      })),
    );

  const scored = scoresOf(tagger.labels.map((label) => ({ words: tokens, from: first, label })));
  const labels = tagger.labels
    .map((label, i) => ({ label, score: scored[i] }))
    .sort((left, right) => right.score - left.score);
  const found = tagger.tag(text).entities.find((entity) => entity.start === start && entity.end === end);
  const label = found?.label ?? labels[0].label;
  const score = scored[tagger.labels.indexOf(label)];

  const near = Array.from(tokens.keys()).filter(
    (i) => (i < first && i >= first - TRIED) || (i > last && i <= last + TRIED),
  );
  const without = scoresOf([
    ...near.map((i) => ({ words: tokens.toSpliced(i, 1), from: i < first ? first - 1 : first, label })),
    { words: tokens.slice(first), from: 0, label },
    { words: tokens.slice(0, last + 1), from: first, label },
    { words: tokens.slice(first, last + 1), from: 0, label },
  ]);
  const [withoutLeft, withoutRight, alone] = without.slice(near.length);
  return {
    text: text.slice(start, end),
    start,
    end,
    label,
    score,
    isFound: found !== undefined,
    isRemembered: found?.source === 'memory',
    labels,
    noName: Math.max(0, 1 - scored.reduce((sum, one) => sum + one, 0)),
    words: near.map((i, position) => {
      const word = tokens[i];
      return { text: word.text, start: word.start, end: word.end, effect: score - without[position] };
    }),
    withoutLeft,
    withoutRight,
    alone,
  };
}

/** A sentence that was changed, and where the name stands in it. */
interface Variant {
  readonly words: readonly Token[];
  readonly from: number;
  readonly label: string;
}

/** The tokens around a place, and which of them it touches. */
function sentenceAt(
  { tokenizer }: Tagger,
  text: string,
  { start, end }: Place,
): { readonly tokens: readonly Token[]; readonly first: number; readonly last: number } {
  for (const tokens of tokenizer.sentences(text, tokenizer.tokenize(text))) {
    const first = tokens.findIndex((token) => token.end > start);
    if (first === -1 || tokens[first].start >= end) continue;
    const last = tokens.findLastIndex((token) => token.start < end);
    if (tokens[last].end < end && text.slice(tokens[last].end, end).trim() !== '') break;
    const from = Math.max(0, first - READ);
    return { tokens: tokens.slice(from, last + 1 + READ), first: first - from, last: last - from };
  }
  throw new AppError(
    'invalid_request',
    `start, end: expected some words of one sentence, found ${JSON.stringify(text.slice(start, Math.min(end, start + 40)))}`,
  );
}
