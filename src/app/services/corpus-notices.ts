import type { Ledger } from '#annotation/documents/ledger.js';

/** In what a file was not read as it stands: no, one or two sentences. */
export function corpusNotices({ name, repairs, misaligned }: Ledger): string[] {
  const notices: string[] = [];
  if (repairs.total > 0) notices.push(`${name}: repaired ${repairs.total} tags; \`onomast check\` lists them`);
  if (misaligned.length > 0)
    notices.push(`${name}: ${misaligned.length} spans do not meet token edges; \`onomast check\` lists them`);
  return notices;
}
