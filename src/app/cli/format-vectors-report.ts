import type { VectorsReport } from '#app/services/build-vectors.js';
import { percent } from '#base/percent.js';

/** A few lines for the terminal. */
export function formatVectorsReport(report: VectorsReport): string {
  const { output, words, dimension, bits, bytes, meanCosine, variance, coverage } = report;
  const { duplicates, unusable, bad } = report;
  const lines = [
    `${output}: ${words} words, ${dimension} dimensions, ${bits} bits, ${(bytes / 1e6).toFixed(1)} MB`,
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
