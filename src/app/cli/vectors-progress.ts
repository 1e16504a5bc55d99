import type { VectorsWatch } from '#app/services/build-vectors.js';
import { note } from './output.js';
import { bar, compact, createProgressLine } from './progress.js';

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
