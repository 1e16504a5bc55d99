import { spansFromIob2 } from '../../dist/annotation/tags/spans.js';
import { evaluateFinally } from '../../dist/tagging/evaluation/final-evaluation.js';
import { createKnownEntities, entityHashes } from '../../dist/tagging/evaluation/known-entities.js';
import { toSeqevalReport } from '../../dist/tagging/evaluation/report.js';
import { LABELS } from './corpora.mjs';
import { measureOrigins } from './name-origins.mjs';

/**
 * All that the model card tells of how well a model tags.
 *
 * @param {import('../../dist/tagging/tagger/tagger.js').ModelTagger} tagger
 * @param {{ train: readonly Sentence[], measured: readonly import('./data.mjs').MeasuredSet[] }} data
 * @returns {Figures}
 *
 * @typedef {import('../../dist/annotation/documents/labelled-sentence.js').LabelledSentence} Sentence
 * @typedef {import('../../dist/tagging/evaluation/report.js').SeqevalReport} Report
 * @typedef {{ sets: SetFigures[], calibration: object, mistakes: Mistakes[], origins: OriginFigures[] }} Figures
 *   `calibration`, as in a report, and `mistakes` are those over all sets together
 * @typedef {{ title: string, part: string, sentences: number, tokens: number, report: Report }} SetFigures
 * @typedef {{
 *   label: string, gold: number, right: number, otherLabel: number, otherBounds: number, missed: number, invented: number,
 * }} Mistakes `gold` is the sum of the four after it; `invented` are names found where there is none
 * @typedef {{ origin: string, names: number, recall: number }} OriginFigures
 */
export function measure(tagger, { train, measured }) {
  const knownEntities = createKnownEntities(entityHashes(train));
  const all = measured.flatMap(({ sentences }) => sentences);
  return {
    sets: measured.map(({ corpus, part, sentences }) => {
      const evaluation = evaluateFinally(tagger, sentences, { knownEntities, withIntervals: true });
      const { tokens } = evaluation;
      return { title: corpus.title, part, sentences: sentences.length, tokens, report: toSeqevalReport(evaluation) };
    }),
    calibration: toSeqevalReport(evaluateFinally(tagger, all)).calibration,
    mistakes: mistakesOf(tagger, all),
    origins: measureOrigins(tagger),
  };
}

/** @returns {Mistakes[]} */
function mistakesOf(tagger, sentences) {
  const tagged = tagger.tagWords(sentences.map(({ words }) => words));
  const mistakes = LABELS.map((label) => {
    return { label, gold: 0, right: 0, otherLabel: 0, otherBounds: 0, missed: 0, invented: 0 };
  });
  const of = (label) => mistakes.find((candidate) => candidate.label === label);
  sentences.forEach(({ tags }, i) => {
    const gold = spansFromIob2(tags);
    const predicted = tagged[i].entities.map(({ label, tokenStart, tokenEnd }) => {
      return { label, startToken: tokenStart, endToken: tokenEnd };
    });
    for (const span of gold) {
      of(span.label).gold++;
      of(span.label)[fateOf(span, predicted)]++;
    }
    for (const span of predicted) if (!gold.some((other) => overlap(other, span))) of(span.label).invented++;
  });
  return mistakes;
}

function fateOf(span, predicted) {
  const same = predicted.find((other) => other.startToken === span.startToken && other.endToken === span.endToken);
  if (same) return same.label === span.label ? 'right' : 'otherLabel';
  return predicted.some((other) => overlap(other, span)) ? 'otherBounds' : 'missed';
}

function overlap(left, right) {
  return left.startToken < right.endToken && right.startToken < left.endToken;
}
