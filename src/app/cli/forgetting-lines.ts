import type { ForgettingReport } from '#app/services/forgetting.js';
import { counted } from '#base/counted.js';
import { percent } from '#base/percent.js';

/** For people: a line for each label and one for the names, or one line where nothing was forgotten. */
export function forgettingLines({ base, corpus, sentences, labels, lost, lostCount }: ForgettingReport): string[] {
  const where = `${corpus} (${counted(sentences, 'sentence')})`;
  const changes = Object.entries(labels).map(
    ([label, { before, after }]) => `${label} ${percent(before)} -> ${percent(after)}`,
  );
  const isWorse = Object.values(labels).some(({ before, after }) => after < before);
  if (!isWorse && lostCount === 0) return [`Nothing of ${base} was forgotten: F1 on ${where}: ${changes.join(', ')}.`];
  const names = lost.map(({ text, label }) => `${text} (${label})`).join(', ');
  const which =
    lostCount > lost.length
      ? `the first of ${lostCount} names that it no longer finds`
      : 'names that it no longer finds';
  return [
    `Forgotten of ${base}, F1 on ${where}:`,
    ...changes.map((change) => `  ${change}`),
    ...(lost.length > 0 ? [`  ${which}: ${names}`] : []),
  ];
}

/** Keys as in every other JSON of this program: snake case. */
export function forgettingJson({ lostCount, ...report }: ForgettingReport): object {
  return { ...report, lost_count: lostCount };
}
