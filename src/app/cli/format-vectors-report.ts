import type { VectorsReport } from '#app/services/build-vectors.js';
import type { TrainVectorsReport } from '#app/services/train-vectors.js';
import { counted } from '#base/counted.js';
import { percent } from '#base/percent.js';
import { compact } from './progress.js';

/** A few lines for the terminal. */
export function formatVectorsReport(report: VectorsReport): string {
  const { meanCosine, variance, coverage, duplicates, unusable, bad } = report;
  const lines = [
    tableLine(report),
    `mean cosine of the vectors and what was kept of them: ${meanCosine.toFixed(5)}`,
    ...(variance < 1 ? [`the dimensions hold ${percent(variance, 1)} % of the variance`] : []),
    `it knows ${percent(coverage.words.share, 1)} % of the words of the bundled corpus, ${percent(coverage.names.share, 1)} % of those in names`,
  ];
  const leftOut = [
    duplicates > 0 ? `${duplicates} duplicates` : '',
    unusable > 0 ? `${unusable} words that are empty, too long, no UTF-8 or hold white space` : '',
    bad > 0 ? `${bad} bad lines` : '',
  ].filter((part) => part !== '');
  if (leftOut.length > 0) lines.push(`left out: ${leftOut.join(', ')}`);
  return lines.join('\n');
}

export function formatTrainedVectors(report: TrainVectorsReport): string {
  const { words, learned, textWords, epochs, loss, seconds, wordsPerSecond, threads } = report;
  const rare = words - learned;
  return [
    tableLine(report),
    `learned from ${textWords} words of text, ${epochs} times over, in ${seconds.toFixed(1)} s (${compact(wordsPerSecond)} words/s, ${counted(threads, 'thread')}); loss ${loss.toFixed(3)}`,
    ...(rare > 0
      ? [`${rare} words are too rare to be learned themselves and are made of their character n-grams`]
      : []),
  ].join('\n');
}

function tableLine({
  output,
  words,
  dimension,
  bits,
  bytes,
}: Pick<VectorsReport, 'output' | 'words' | 'dimension' | 'bits' | 'bytes'>): string {
  return `${output}: ${words} words, ${dimension} dimensions, ${bits} bits, ${(bytes / 1e6).toFixed(1)} MB`;
}
