import type { CorpusReport } from '#annotation/documents/corpus-report.js';
import { corpusNotices } from '#app/services/corpus-notices.js';
import { note } from './output.js';

/** Says on stderr that a file was not read as it stands. */
export function noteRepairs(report: CorpusReport): void {
  for (const notice of corpusNotices(report)) note(`onomast: ${notice}`);
}
