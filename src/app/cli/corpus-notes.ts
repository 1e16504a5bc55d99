import type { CorpusReport } from '#annotation/documents/corpus-report.js';
import { note } from './output.js';

/** Says on stderr that a file was not read as it stands. */
export function noteRepairs({ name, repairs, misaligned }: CorpusReport): void {
  if (repairs.total > 0) note(`onomast: ${name}: repaired ${repairs.total} tags; \`onomast check\` lists them`);
  if (misaligned.length > 0) {
    note(`onomast: ${name}: ${misaligned.length} spans do not meet token edges; \`onomast check\` lists them`);
  }
}
