import { isLabel, tryParseTag } from './bio.js';

/**
 * A tag in one of the other spellings that tools use, as `O` or a prefix of BIOES or BILOU, a hyphen and a label: `B_PER`,
 * `PER-B`, `M-PER` (the inside of BMES), `b-per`, `o`, `0`, a label with spaces. `null` for what has no such reading;
 * a label without a prefix is none.
 */
export function looseTag(written: string): string | null {
  if (tryParseTag(written) !== null) return written;
  if (written === 'o' || written === '0' || written === '_') return 'O';
  const before = /^([BIESLUM])[-_:](.+)$/i.exec(written);
  if (before !== null) return spelled(before[1], before[2]);
  const behind = /^(.+)[-_:]([BIESLUM])$/.exec(written);
  return behind === null ? null : spelled(behind[2], behind[1]);
}

/** A label that may stand in a tag: white space becomes `_`. `null` if that does not help. */
export function safeLabel(written: string): string | null {
  if (isLabel(written)) return written;
  const safe = written.trim().replace(/\s+/gu, '_');
  return isLabel(safe) ? safe : null;
}

/** Whether a column or a member that holds such values holds tags: `O`, or a prefix and a label in the usual spelling. */
export function isTagLike(written: string): boolean {
  return tryParseTag(written) !== null || written === 'o' || /^[BIESLUM][-_]\S/.test(written);
}

function spelled(prefix: string, label: string): string | null {
  const safe = safeLabel(label);
  if (safe === null) return null;
  const letter = prefix.toUpperCase();
  return `${letter === 'M' ? 'I' : letter}-${safe}`;
}
