import { spansFromIob2 } from '../../dist/tags/spans.js';
import { LETTER_CASES, recase } from '../../dist/text/recase.js';
import { LABELS } from './corpora.mjs';
import { scoresWithIntervals } from './intervals.mjs';
import { measureOrigins } from './name-origins.mjs';

/**
 * All that the model card tells of how well a model tags.
 *
 * @param {import('../../dist/tagger/entity.js').Tagger} tagger
 * @param {{ train: readonly Sentence[], measured: readonly import('./data.mjs').MeasuredSet[], resamples: number }} options
 * @returns {Figures}
 *
 * @typedef {import('../../dist/corpus/labelled-sentence.js').LabelledSentence} Sentence
 * @typedef {import('./intervals.mjs').Interval} Interval
 * @typedef {{ gold: number, precision: Interval, recall: Interval, f1: Interval }} Scores
 * @typedef {{ names: number, recall: number }} Recall
 * @typedef {{
 *   title: string, part: string, sentences: number, tokens: number, all: Scores, labels: Record<string, Scores>,
 *   cases: Record<string, number>, seen: Recall, unseen: Recall,
 * }} SetFigures `cases` is F1 by letter case
 * @typedef {{
 *   sets: SetFigures[], calibration: Calibration, mistakes: Mistakes[],
 *   origins: { origin: string, names: number, recall: number }[],
 * }} Figures
 * @typedef {{ bins: { from: number, names: number, score: number, right: number }[], error: number }} Calibration
 * @typedef {{ label: string, gold: number, right: number, otherLabel: number, otherBounds: number, missed: number, invented: number }} Mistakes
 */
export function measure(tagger, { train, measured, resamples }) {
  const known = new Set(train.flatMap(({ words, tags }) => spansFromIob2(tags).map((span) => nameOf(words, span))));
  const taggedSets = measured.map((set) => ({ set, tagged: tagSentences(tagger, set.sentences) }));
  const all = taggedSets.flatMap(({ tagged }) => tagged);
  return {
    sets: taggedSets.map(({ set, tagged }) => figuresOf(set, { tagged, tagger, known, resamples })),
    calibration: calibrationOf(all),
    mistakes: LABELS.map((label) => mistakesOf(all, label)),
    origins: measureOrigins(tagger),
  };
}

/** @typedef {{ words: readonly string[], gold: Span[], predicted: (Span & { score: number })[] }} TaggedSentence */
/** @typedef {import('../../dist/tags/token-span.js').TokenSpan} Span */

/** @returns {TaggedSentence[]} */
function tagSentences(tagger, sentences) {
  const results = tagger.tagWords(sentences.map(({ words }) => words));
  return sentences.map(({ words, tags }, i) => ({
    words,
    gold: spansFromIob2(tags),
    predicted: results[i].entities.map(({ label, tokenStart, tokenEnd, score }) => {
      return { label, startToken: tokenStart, endToken: tokenEnd, score };
    }),
  }));
}

function figuresOf({ corpus, part, sentences }, { tagged, tagger, known, resamples }) {
  const scores = (label) =>
    scoresWithIntervals(
      tagged.map((sentence) => countsOf(sentence, label)),
      { resamples },
    );
  const cases = LETTER_CASES.map((letterCase) => {
    const recased = sentences.map((sentence) => {
      return { ...sentence, words: sentence.words.map((word) => recase(word, letterCase)) };
    });
    return [letterCase, f1Of(tagSentences(tagger, recased))];
  });
  const goldNames = tagged.flatMap((sentence) => {
    return sentence.gold.map((span) => {
      return { isRight: isFound(sentence.predicted, span), isKnown: known.has(nameOf(sentence.words, span)) };
    });
  });
  const recall = (names) => ({
    names: names.length,
    recall: shareOf(names, ({ isRight }) => isRight),
  });
  return {
    title: corpus.title,
    part,
    sentences: sentences.length,
    tokens: sentences.reduce((sum, { words }) => sum + words.length, 0),
    all: scores(undefined),
    labels: Object.fromEntries(LABELS.map((label) => [label, scores(label)])),
    cases: { original: f1Of(tagged), ...Object.fromEntries(cases) },
    seen: recall(goldNames.filter(({ isKnown }) => isKnown)),
    unseen: recall(goldNames.filter(({ isKnown }) => !isKnown)),
  };
}

/** Exact matches of one label, or of all. */
function countsOf({ gold, predicted }, label) {
  const chosen = (spans) => (label === undefined ? spans : spans.filter((span) => span.label === label));
  const found = chosen(predicted);
  return {
    correct: found.filter((span) => isFound(gold, span)).length,
    predicted: found.length,
    gold: chosen(gold).length,
  };
}

function f1Of(tagged) {
  const counts = tagged.map((sentence) => countsOf(sentence, undefined));
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  const names = sum('predicted') + sum('gold');
  return names === 0 ? 0 : (2 * sum('correct')) / names;
}

const BINS = 10;

/** Of the names with a score of about 0.7, are about 0.7 right? `error` is the mean difference, weighted by their number. */
function calibrationOf(tagged) {
  const bins = Array.from({ length: BINS }, (_, bin) => ({ from: bin / BINS, names: [] }));
  for (const { gold, predicted } of tagged) {
    for (const span of predicted) {
      const bin = Math.min(BINS - 1, Math.floor(span.score * BINS));
      bins[bin].names.push({ score: span.score, isRight: isFound(gold, span) });
    }
  }
  const filled = bins
    .filter(({ names }) => names.length > 0)
    .map(({ from, names }) => ({
      from,
      names: names.length,
      score: names.reduce((sum, { score }) => sum + score, 0) / names.length,
      right: shareOf(names, ({ isRight }) => isRight),
    }));
  const total = filled.reduce((sum, { names }) => sum + names, 0);
  const error = filled.reduce((sum, { names, score, right }) => sum + (names / total) * Math.abs(score - right), 0);
  return { bins: filled, error };
}

function mistakesOf(tagged, label) {
  const counts = { gold: 0, right: 0, otherLabel: 0, otherBounds: 0, missed: 0, invented: 0 };
  for (const { gold, predicted } of tagged) {
    for (const span of gold.filter((candidate) => candidate.label === label)) {
      counts.gold++;
      if (isFound(predicted, span)) counts.right++;
      else if (predicted.some((other) => isSamePlace(other, span))) counts.otherLabel++;
      else if (predicted.some((other) => overlaps(other, span))) counts.otherBounds++;
      else counts.missed++;
    }
    const ofLabel = predicted.filter((candidate) => candidate.label === label);
    counts.invented += ofLabel.filter((span) => !gold.some((other) => overlaps(other, span))).length;
  }
  return { label, ...counts };
}

function isFound(spans, span) {
  return spans.some((other) => other.label === span.label && isSamePlace(other, span));
}

function isSamePlace(left, right) {
  return left.startToken === right.startToken && left.endToken === right.endToken;
}

function overlaps(left, right) {
  return left.startToken < right.endToken && right.startToken < left.endToken;
}

function nameOf(words, { startToken, endToken }) {
  return words.slice(startToken, endToken).join(' ').toLowerCase();
}

function shareOf(items, isCounted) {
  return items.length === 0 ? 0 : items.filter(isCounted).length / items.length;
}
