import type { Evaluation, SpanScores } from './span-scores.js';

/** The shape Hugging Face's seqeval metric prints; scores 0 to 1, `number` is the count of gold entities. */
export type SeqevalReport = Readonly<
  Record<
    string,
    number | { readonly precision: number; readonly recall: number; readonly f1: number; readonly number: number }
  >
>;

export function toSeqevalReport({ labels, micro, macro, tokenAccuracy }: Evaluation): SeqevalReport {
  return {
    overall_precision: micro.precision,
    overall_recall: micro.recall,
    overall_f1: micro.f1,
    overall_accuracy: tokenAccuracy,
    macro_precision: macro.precision,
    macro_recall: macro.recall,
    macro_f1: macro.f1,
    ...Object.fromEntries(
      Object.entries(labels).map(([label, { precision, recall, f1, gold }]) => [
        label,
        { precision, recall, f1, number: gold },
      ]),
    ),
  };
}

/** Percentages with two decimals, as conlleval prints them. */
export function formatEvaluation({ labels, micro, macro, sentences, tokens }: Evaluation): string {
  const width = Math.max(9, ...Object.keys(labels).map((label) => label.length));
  const row = (name: string, scores: Pick<SpanScores, 'precision' | 'recall' | 'f1'>, gold: number | ''): string =>
    `${name.padEnd(width)}  ${percent(scores.precision)}  ${percent(scores.recall)}  ${percent(scores.f1)}  ${String(gold).padStart(7)}`;
  return [
    'Entity-level scores, exact match (conlleval)',
    `${''.padEnd(width)}  ${['PREC', 'REC', 'F1'].map((head) => head.padStart(6)).join('  ')}  ${'ENTS'.padStart(7)}`,
    ...Object.entries(labels).map(([label, scores]) => row(label, scores, scores.gold)),
    '-'.repeat(width + 33),
    row('micro avg', micro, micro.gold),
    row('macro avg', macro, ''),
    '',
    `${sentences} sentences, ${tokens} tokens`,
  ].join('\n');
}

const percent = (share: number): string => (100 * share).toFixed(2).padStart(6);
