import type { Ledger } from '#annotation/documents/ledger.js';
import { corpusNotices } from '#app/services/corpus-notices.js';
import { note } from './output.js';

/** Says on stderr that a file was not read as it stands. */
export function noteRepairs(report: Ledger): void {
  for (const notice of corpusNotices(report)) note(`onomast: ${notice}`);
}
