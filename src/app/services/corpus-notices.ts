import type { Ledger } from '#annotation/documents/ledger.js';

/** In what a file was not read as it stands, and what somebody might want to do about it: one sentence each. */
export function corpusNotices({ name, repairs, misaligned, overlaps, leftOut, hints }: Ledger): string[] {
  const notices: string[] = [];
  if (repairs.total > 0) notices.push(`${name}: repaired ${repairs.total} tags; \`onomast check\` lists them`);
  if (misaligned.length > 0)
    notices.push(`${name}: ${misaligned.length} spans do not meet token edges; \`onomast check\` lists them`);
  if (overlaps.length > 0)
    notices.push(
      `${name}: ${overlaps.length} names overlap another one and were dropped; \`onomast check\` lists them`,
    );
  if (leftOut.total > 0)
    notices.push(`${name}: ${leftOut.total} records, rows or spans left out; \`onomast check\` lists them`);
  return [...notices, ...hints.map((hint) => `${name}: ${hint}`)];
}
