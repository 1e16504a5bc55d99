import { AppError } from '#base/errors.js';
import { type EntityPrefix, formatTag, type ParsedTag, parseTag } from './bio.js';

/**
 * How tags mark where entities begin and end.
 *
 * - IOB2 (often just "BIO"): every entity begins with B. The only scheme used inside the program.
 * - IOB1: B only where an entity follows another one of the same label without a gap; CoNLL-2003 as first released.
 * - BIOES (also "IOBES") and BILOU: last and single tokens have letters of their own.
 */
export type TagScheme = 'IOB1' | 'IOB2' | 'BIOES' | 'BILOU';

interface SchemeLetters {
  /** Letter of the last of several tokens and of an only token; `null` where the scheme has none. */
  readonly end: EntityPrefix | null;
  readonly single: EntityPrefix | null;
}

const SCHEMES: Readonly<Record<TagScheme, SchemeLetters>> = {
  IOB1: { end: null, single: null },
  IOB2: { end: null, single: null },
  BIOES: { end: 'E', single: 'S' },
  BILOU: { end: 'L', single: 'U' },
};

/** Whether each token begins an entity, continues one, or is outside; the same question for all six letters. */
const MEANING: Readonly<Record<EntityPrefix, { readonly begins: boolean; readonly ends: boolean }>> = {
  B: { begins: true, ends: false },
  I: { begins: false, ends: false },
  E: { begins: false, ends: true },
  L: { begins: false, ends: true },
  S: { begins: true, ends: true },
  U: { begins: true, ends: true },
};

export const REPAIR_KINDS = [
  'orphan_inside',
  'label_change',
  'orphan_end',
  'missing_end',
  'foreign_prefix',
  'needless_begin',
] as const;

/**
 * What was wrong with a tag, and so what {@link toIob2} did:
 *
 * - `orphan_inside`: I with nothing to continue; it begins an entity.
 * - `label_change`: I, E or L after an entity of another label; it begins an entity.
 * - `orphan_end`: E or L with nothing to end; it is an entity of one token.
 * - `missing_end`: the entity stops without E or L; it ends here. The token is its last.
 * - `foreign_prefix`: a letter the scheme has not (U in BIOES, S in BIO); read as in the scheme that has it.
 * - `needless_begin`: B in IOB1 where I would do; it begins an entity all the same.
 */
export type RepairKind = (typeof REPAIR_KINDS)[number];

export interface TagRepair {
  readonly kind: RepairKind;
  /** Position in the sentence. */
  readonly token: number;
  /** The tag as it was written. */
  readonly tag: string;
}

export interface SchemeDetection {
  readonly scheme: TagScheme;
  /** True if the tags hold end marks of both BIOES and BILOU; `scheme` is then the one with more of them. */
  readonly isMixed: boolean;
}

/**
 * The scheme that explains the tags with the fewest repairs; IOB2 if several do.
 *
 * @throws {AppError} `invalid_tag`
 */
export function detectScheme(sequences: Iterable<readonly string[]>): SchemeDetection {
  let bioesMarks = 0;
  let bilouMarks = 0;
  let orphanInsides = 0;
  let needlessBegins = 0;
  for (const tags of sequences) {
    let previousLabel: string | null = null;
    for (const tag of tags) {
      const { prefix, label } = parseTag(tag);
      if (prefix === 'E' || prefix === 'S') bioesMarks++;
      if (prefix === 'L' || prefix === 'U') bilouMarks++;
      if (prefix === 'I' && previousLabel !== label) orphanInsides++;
      if (prefix === 'B' && previousLabel !== label) needlessBegins++;
      previousLabel = label;
    }
  }
  if (bioesMarks + bilouMarks > 0) {
    return { scheme: bilouMarks > bioesMarks ? 'BILOU' : 'BIOES', isMixed: bioesMarks > 0 && bilouMarks > 0 };
  }
  return { scheme: orphanInsides > needlessBegins ? 'IOB1' : 'IOB2', isMixed: false };
}

/**
 * Tags of one sentence as well-formed IOB2. The only place that decides what ill-formed tags mean, and the rule is that
 * of `conlleval`: a token with a label is never dropped; it continues the entity before it if that is open and has the
 * same label, and begins one otherwise. See {@link RepairKind} for each case.
 *
 * @throws {AppError} `invalid_tag`
 */
export function toIob2(
  tags: readonly string[],
  scheme: TagScheme,
): { readonly tags: string[]; readonly repairs: TagRepair[] } {
  const letters = SCHEMES[scheme];
  const iob2: string[] = [];
  const repairs: TagRepair[] = [];
  let openLabel: string | null = null; // of the entity that the next token may continue
  let previousLabel: string | null = null; // of the token before, whether its entity is open or not

  const report = (kind: RepairKind, token: number) => repairs.push({ kind, token, tag: tags[token] });
  const closeBefore = (token: number) => {
    if (letters.end !== null && openLabel !== null) report('missing_end', token - 1);
    openLabel = null;
  };

  tags.forEach((tag, token) => {
    const parsed = parseTag(tag);
    if (parsed.label === null) {
      closeBefore(token);
      iob2.push('O');
    } else {
      const { prefix, label } = parsed;
      const { begins, ends } = MEANING[prefix];
      const continues = !begins && openLabel === label;
      if (!continues) {
        const followsOther = openLabel !== null && openLabel !== label;
        closeBefore(token);
        if (!begins && scheme !== 'IOB1') report(brokenContinuation({ followsOther, ends }), token);
        if (prefix === 'B' && scheme === 'IOB1' && previousLabel !== label) report('needless_begin', token);
      }
      if (isForeign(prefix, letters)) report('foreign_prefix', token);
      iob2.push(`${continues ? 'I' : 'B'}-${label}`);
      openLabel = ends ? null : label;
    }
    previousLabel = parsed.label;
  });
  closeBefore(tags.length);
  return { tags: iob2, repairs };
}

/**
 * Well-formed IOB2 tags of one sentence in another scheme; the inverse of {@link toIob2}.
 *
 * @throws {AppError} `invalid_tag` also for tags that are not well-formed IOB2, which would need a repair first.
 */
export function fromIob2(tags: readonly string[], scheme: TagScheme): string[] {
  const parsed = tags.map(parseTag);
  parsed.forEach((current, token) => {
    const mayContinue = token > 0 && parsed[token - 1].label === current.label;
    if (current.prefix === 'O' || current.prefix === 'B' || (current.prefix === 'I' && mayContinue)) return;
    throw new AppError(
      'invalid_tag',
      `expected IOB2 tags, found "${tags[token]}" at token ${token} with none to continue`,
    );
  });
  return parsed.map((current, token) => {
    if (current.label === null) return 'O';
    const isLast = parsed[token + 1]?.prefix !== 'I';
    return formatTag({
      prefix: letterFor({ current, previous: parsed[token - 1], isLast, scheme }),
      label: current.label,
    });
  });
}

function letterFor({
  current,
  previous,
  isLast,
  scheme,
}: {
  readonly current: ParsedTag;
  readonly previous: ParsedTag | undefined;
  readonly isLast: boolean;
  readonly scheme: TagScheme;
}): EntityPrefix {
  const { end, single } = SCHEMES[scheme];
  const isFirst = current.prefix === 'B';
  if (isFirst && isLast && single !== null) return single;
  if (isLast && !isFirst && end !== null) return end;
  if (scheme === 'IOB1') return isFirst && previous?.label === current.label ? 'B' : 'I';
  return isFirst ? 'B' : 'I';
}

function brokenContinuation({ followsOther, ends }: { followsOther: boolean; ends: boolean }): RepairKind {
  if (followsOther) return 'label_change';
  return ends ? 'orphan_end' : 'orphan_inside';
}

function isForeign(prefix: EntityPrefix, { end, single }: SchemeLetters): boolean {
  return prefix !== 'B' && prefix !== 'I' && prefix !== end && prefix !== single;
}
