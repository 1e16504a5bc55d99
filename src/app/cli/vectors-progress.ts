import type { VectorsWatch } from '#app/services/build-vectors.js';
import type { LearningProgress } from '#app/services/learn-vectors.js';
import type { TrainVectorsWatch } from '#app/services/train-vectors.js';
import { note } from './output.js';
import { bar, compact, createProgressLine, duration } from './progress.js';

/** Shows on the terminal how far a table of vectors is. */
export async function showVectorsProgress<T>(build: (watch: VectorsWatch) => Promise<T>): Promise<T> {
  const line = createProgressLine();
  try {
    return await build({
      notice(message) {
        line.clear();
        note(`onomast: ${message}`);
      },
      progress({ doing, share, words }) {
        const done = share === undefined ? '' : `${bar(share)} ${Math.round(100 * share)} %  `;
        line.show(`${doing}  ${done}${compact(words)} words`);
      },
    });
  } finally {
    line.clear();
  }
}

/** Shows on the terminal how far the learning of vectors is. */
export async function watchTrainedVectors<T>(learn: (watch: TrainVectorsWatch) => Promise<T>): Promise<T> {
  const line = createProgressLine();
  try {
    return await learn({
      notice(message) {
        line.clear();
        note(`onomast: ${message}`);
      },
      progress: (report) => line.show(learningLine(report)),
    });
  } finally {
    line.clear();
  }
}

/** `learning  ━━━━──── 48 %  1.2M words  loss 2.302  0:09 left` */
export function learningLine({ doing, share, words, loss, secondsLeft }: LearningProgress): string {
  const figures = [
    `${compact(words)} words`,
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
  ];
  return `${doing}  ${bar(share)} ${Math.round(100 * share)} %  ${figures.join('  ')}`;
}
