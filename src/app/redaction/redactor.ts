import { AppError } from '#base/errors.js';
import type { TaggedText, Tagger } from '#tagging/tagger/entity.js';
import { applyOperator, checkOperator, decrypted, type Operator, PLACEHOLDER, placeholderLabel } from './operators.js';
import { findPersonalData, PERSONAL_DATA, type PersonalData, type PhoneFinder, type Stretch } from './personal-data.js';
import { createPseudonyms, type PseudonymKey, type Pseudonyms } from './pseudonyms.js';

export interface RedactionOptions {
  /** What is done with each label; `DEFAULT` is for all others, and by default `{ type: 'replace' }`. */
  readonly operators?: Readonly<Record<string, Operator>>;
  /** Names that score less are left as they are; 0 to 1, by default 0: whatever the model takes for a name is hidden. */
  readonly threshold?: number;
  /**
   * Words that are a name with at least this probability are hidden too, even where the likeliest reading has none, under
   * the label `NAME`; 0 to 1. Finds more of the names and hides more words that are none: docs/redaction.md has figures.
   */
  readonly wordThreshold?: number;
  /** What is looked for besides names; by default everything but telephone numbers, which need `phones`. */
  readonly kinds?: readonly PersonalData[];
  readonly phones?: PhoneFinder;
  /** Numbers given out before, so that the same words get the same numbers in every text of a collection. */
  readonly key?: PseudonymKey;
}

/** One stretch that was replaced. Offsets are UTF-16 units, half-open, into the redacted text. */
export interface RedactedItem {
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly operator: Operator['type'];
  /** Where it stood in the text as it was given. */
  readonly source: { readonly start: number; readonly end: number };
}

export interface RedactedText {
  readonly text: string;
  readonly items: readonly RedactedItem[];
}

/** Safe to share: a redaction keeps nothing but the numbers of its pseudonyms, and those only grow. */
export interface Redactor {
  redact(text: string): RedactedText;
  /** What restores the pseudonyms of all texts so far. */
  key(): PseudonymKey;
}

/** Placeholders that a text holds already must not be taken for ours when it is restored. */
const LITERAL = 'TEXT';
/** A word that is likely enough a name, but of no label in particular. */
const LIKELY_NAME = 'NAME';

/**
 * Hides names, and what else is personal by its form. It hides what the tagger finds: a model that misses one name in ten
 * leaves one name in ten to be read, so the result must not be called anonymous.
 *
 * @throws {AppError} `invalid_argument` for a threshold or an operator out of range, or a key that is none.
 */
export function createRedactor(tagger: Pick<Tagger, 'tag'>, options: RedactionOptions = {}): Redactor {
  const { threshold = 0, wordThreshold, kinds = PERSONAL_DATA, phones } = options;
  requireProbability('threshold', threshold);
  if (wordThreshold !== undefined) requireProbability('wordThreshold', wordThreshold);
  const { replace, key, isReversible } = createReplacer(options);
  return {
    redact(text) {
      const tagged = tagger.tag(text, { threshold });
      const found = stretchesToHide(tagged, { kinds, isReversible, ...(phones && { phones }), wordThreshold });
      return replace(text, found);
    },
    key,
  };
}

export interface StretchOptions extends Pick<RedactionOptions, 'phones'> {
  readonly kinds: readonly PersonalData[];
  readonly wordThreshold?: number | undefined;
  /** Whether some operator can be undone: what a text holds that looks like ours is hidden too. */
  readonly isReversible: boolean;
}

/** What of a tagged text is hidden, in order; no two overlap. */
export function stretchesToHide(
  tagged: Pick<TaggedText, 'text' | 'entities' | 'tokens'>,
  { kinds, wordThreshold, phones, isReversible }: StretchOptions,
): Stretch[] {
  const { text } = tagged;
  const stretches = [
    ...(isReversible ? literalsIn(text) : []),
    ...findPersonalData(text, kinds, phones),
    ...tagged.entities.map(({ start, end, label }) => ({ start, end, label })),
    ...(wordThreshold === undefined ? [] : likelyNames(tagged, wordThreshold)),
  ];
  return disjoint(stretches, text);
}

/** What is done with stretches that were found: the part of a redactor that needs no tagger. */
export interface Replacer {
  /** @param stretches In order; no two overlap. */
  replace(text: string, stretches: readonly Stretch[]): RedactedText;
  key(): PseudonymKey;
  readonly isReversible: boolean;
}

/** @throws {AppError} `invalid_argument` for an operator out of range, or a key that is none. */
export function createReplacer({ operators = {}, key }: Pick<RedactionOptions, 'operators' | 'key'>): Replacer {
  for (const [label, operator] of Object.entries(operators)) checkOperator(operator, label);
  const pseudonyms = createPseudonyms(key);
  const isReversible = Object.values(operators).some(({ type }) => type === 'pseudonym' || type === 'encrypt');
  const operatorOf = (label: string): Operator => {
    if (label === LITERAL && isReversible) return { type: 'pseudonym' };
    return (Object.hasOwn(operators, label) ? operators[label] : operators.DEFAULT) ?? { type: 'replace' };
  };
  return {
    replace: (text, stretches) => replaced(text, stretches, operatorOf, pseudonyms),
    key: () => pseudonyms.toKey(),
    isReversible,
  };
}

/**
 * Puts back what pseudonyms stand for, and what was encrypted.
 *
 * @throws {AppError} `invalid_argument` where a placeholder is not in the key, or was encrypted with another secret.
 */
export function restoreText(text: string, { key, secret }: { key?: PseudonymKey; secret?: string }): string {
  const pseudonyms = createPseudonyms(key);
  return text.replace(PLACEHOLDER, (placeholder, label: string, number: string, ofCipher: string, payload: string) => {
    if (payload === undefined) {
      const words = pseudonyms.wordsOf(`${label}_${number}`);
      if (words !== undefined) return words;
      throw new AppError('invalid_argument', `key: expected the words of ${placeholder}, found none`);
    }
    const words = secret === undefined ? undefined : decrypted(payload, secret);
    if (words !== undefined) return words;
    const found = secret === undefined ? 'none' : 'another one, or the text was changed';
    throw new AppError('invalid_argument', `secret: expected the one that hid <${ofCipher}:…>, found ${found}`);
  });
}

function replaced(
  text: string,
  stretches: readonly Stretch[],
  operatorOf: (label: string) => Operator,
  pseudonyms: Pseudonyms,
): RedactedText {
  const parts: string[] = [];
  const items: RedactedItem[] = [];
  let read = 0;
  let written = 0;
  const write = (part: string): void => {
    parts.push(part);
    written += part.length;
  };
  for (const { start, end, label } of stretches) {
    const operator = operatorOf(label);
    if (operator.type === 'keep') continue;
    write(text.slice(read, start));
    const from = written;
    const original = text.slice(start, end);
    write(
      operator.type === 'pseudonym'
        ? `<${pseudonyms.placeholderOf(original, placeholderLabel(label))}>`
        : applyOperator(operator, original, label),
    );
    items.push({ label, start: from, end: written, operator: operator.type, source: { start, end } });
    read = end;
  }
  write(text.slice(read));
  return { text: parts.join(''), items };
}

function literalsIn(text: string): Stretch[] {
  return Array.from(text.matchAll(PLACEHOLDER), ({ 0: part, index }) => ({
    start: index,
    end: index + part.length,
    label: LITERAL,
  }));
}

/** Neighbouring words, each of them a name with the given probability or more. */
function likelyNames({ tokens }: Pick<TaggedText, 'tokens'>, wordThreshold: number): Stretch[] {
  const found: { start: number; end: number; label: string }[] = [];
  let previous = -1;
  for (const [index, { start, end, tag, score }] of tokens.entries()) {
    if (tag !== 'O' || 1 - score < wordThreshold) continue;
    const open = found[found.length - 1];
    if (open !== undefined && previous === index - 1) open.end = end;
    else found.push({ start, end, label: LIKELY_NAME });
    previous = index;
  }
  return found;
}

/**
 * Where stretches overlap, all of both is hidden, under the label of the one named first in `stretches`: nothing that
 * any of them covers may remain.
 */
function disjoint(stretches: readonly Stretch[], text: string): Stretch[] {
  const order = new Map(stretches.map((stretch, i) => [stretch, i]));
  const sorted = [...stretches].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: { start: number; end: number; label: string; rank: number }[] = [];
  for (const stretch of sorted) {
    const rank = order.get(stretch) ?? 0;
    const open = kept[kept.length - 1];
    if (open === undefined || stretch.start >= open.end) {
      kept.push({ ...stretch, rank });
      continue;
    }
    open.end = Math.max(open.end, stretch.end);
    if (rank < open.rank) Object.assign(open, { label: stretch.label, rank });
  }
  return kept.filter(({ start, end }) => start < end && end <= text.length);
}

function requireProbability(name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new AppError('invalid_argument', `${name}: expected a number from 0 to 1, found ${value}`);
}
