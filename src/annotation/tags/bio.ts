import { AppError } from '#base/errors.js';

/**
 * Letters before the hyphen: begin, inside, then end and single, which BIOES writes E and S and BILOU writes L and U.
 */
export type EntityPrefix = 'B' | 'I' | 'E' | 'S' | 'L' | 'U';

export type ParsedTag =
  | { readonly prefix: 'O'; readonly label: null }
  | { readonly prefix: EntityPrefix; readonly label: string };

const OUTSIDE: ParsedTag = { prefix: 'O', label: null };
const ENTITY_PREFIXES = 'BIESLU';
const MAX_LABEL_LENGTH = 64;
const LABEL = new RegExp(`^[^\\s\\p{Cc}\\p{Cs}]{1,${MAX_LABEL_LENGTH}}$`, 'u');

/**
 * `B-creative-work` -> `{ prefix: 'B', label: 'creative-work' }`: only the first hyphen parts the two.
 *
 * @throws {AppError} `invalid_tag` for anything but `O` or a prefix, a hyphen and a label.
 */
export function parseTag(tag: string): ParsedTag {
  const parsed = tryParseTag(tag);
  if (parsed === null) throw new AppError('invalid_tag', `expected ${TAG_FORM}, found ${quote(tag)}`);
  return parsed;
}

/** As {@link parseTag}, but `null` for what is no tag. */
export function tryParseTag(tag: string): ParsedTag | null {
  if (tag === 'O') return OUTSIDE;
  let parsed = parsedTags.get(tag);
  if (parsed === undefined) {
    parsed = parse(tag);
    if (parsedTags.size < MOST_PARSED) parsedTags.set(tag, parsed);
  }
  return parsed;
}

/** A corpus has few different tags, each on very many tokens. */
const parsedTags = new Map<string, ParsedTag | null>();
const MOST_PARSED = 2000;

function parse(tag: string): ParsedTag | null {
  if (tag[1] !== '-' || !ENTITY_PREFIXES.includes(tag[0])) return null;
  const label = tag.slice(2);
  return isLabel(label) ? { prefix: tag[0] as EntityPrefix, label } : null;
}

/** The inverse of {@link parseTag}. */
export function formatTag(parsed: ParsedTag): string {
  return parsed.label === null ? 'O' : `${parsed.prefix}-${parsed.label}`;
}

/** What a tag looks like, for messages of readers. */
export const TAG_FORM = 'a tag such as O, B-PER or I-PER';

/** Whether `label` may stand in a tag: 1 to 64 characters (code points), no white space, no control characters. */
export function isLabel(label: string): boolean {
  return LABEL.test(label);
}

/** @throws {AppError} `invalid_tag` if {@link isLabel} says no. */
export function assertLabel(label: string): void {
  if (isLabel(label)) return;
  throw new AppError(
    'invalid_tag',
    `expected a label of 1 to ${MAX_LABEL_LENGTH} characters without white space or control characters, found ${quote(label)}`,
  );
}

/** For messages: quoted, control characters escaped, never longer than a line. */
function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 79)}…` : value);
}
