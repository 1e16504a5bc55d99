import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { AppError } from '#base/errors.js';

/** What is done with a stretch of text that is to be hidden. Types and parameters are named as in Presidio's anonymizer. */
export type Operator =
  | { readonly type: 'keep' }
  /** By default the label: `<PER>`. */
  | { readonly type: 'replace'; readonly newValue?: string }
  | { readonly type: 'redact' }
  | {
      readonly type: 'mask';
      readonly maskingChar?: string;
      readonly charsToMask?: number;
      readonly fromEnd?: boolean;
    }
  /** An HMAC: without the secret, a list of names cannot be tried out against the hashes. */
  | { readonly type: 'hash'; readonly hashType?: 'sha256' | 'sha512'; readonly secret: string }
  /** AES-256-GCM; `<PER:…>`. */
  | { readonly type: 'encrypt'; readonly secret: string }
  /** `<PER_1>`, the same number for the same words. */
  | { readonly type: 'pseudonym' };

export const OPERATOR_TYPES = ['replace', 'redact', 'mask', 'hash', 'encrypt', 'pseudonym', 'keep'] as const;

/** What {@link encrypted} and pseudonyms look like, in any text: `<PER_1>`, `<PER:…>`. */
export const PLACEHOLDER = /<([^<>\s:]+)_(\d+)>|<([^<>\s:]+):([A-Za-z0-9_-]{38,})>/gu;

/** One graph of a text as a person sees it: an emoji of five code points is one character to mask. */
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const SHORTEST_SECRET = 16;

/** The label as a placeholder shows it: nothing in it may end the placeholder early. */
export function placeholderLabel(label: string): string {
  return label.replace(/[<>\s:]/gu, '-');
}

/** @throws {AppError} `invalid_argument` for a parameter that the operator cannot work with. */
export function checkOperator(operator: Operator, label: string): void {
  const refuse = (parameter: string, expected: string, found: unknown): never => {
    const shown = typeof found === 'string' ? `"${found}"` : String(found);
    throw new AppError('invalid_argument', `operator of ${label}: ${parameter}: expected ${expected}, found ${shown}`);
  };
  if (!OPERATOR_TYPES.includes(operator.type)) refuse('type', `one of ${OPERATOR_TYPES.join(', ')}`, operator.type);
  if (operator.type === 'mask') {
    const { maskingChar = '*', charsToMask = 1 } = operator;
    if ([...GRAPHEMES.segment(maskingChar)].length !== 1) refuse('maskingChar', 'one character', maskingChar);
    if (!Number.isInteger(charsToMask) || charsToMask < 0) refuse('charsToMask', 'a whole number from 0', charsToMask);
  }
  if ((operator.type === 'hash' || operator.type === 'encrypt') && !(operator.secret?.length >= SHORTEST_SECRET))
    refuse('secret', `at least ${SHORTEST_SECRET} characters`, `${operator.secret?.length ?? 0} of them`);
  if (operator.type === 'hash' && !['sha256', 'sha512'].includes(operator.hashType ?? 'sha256'))
    refuse('hashType', 'sha256 or sha512', operator.hashType);
}

/** What stands in the place of `text`; pseudonyms are numbered by the redactor. */
export function applyOperator(operator: Exclude<Operator, { type: 'pseudonym' }>, text: string, label: string): string {
  switch (operator.type) {
    case 'keep':
      return text;
    case 'redact':
      return '';
    case 'replace':
      return operator.newValue ?? `<${placeholderLabel(label)}>`;
    case 'mask':
      return masked(text, operator);
    case 'hash':
      return createHmac(operator.hashType ?? 'sha256', operator.secret)
        .update(text)
        .digest('hex');
    case 'encrypt':
      return `<${placeholderLabel(label)}:${encrypted(text, operator.secret)}>`;
  }
}

/** White space stays, so that lines and words still stand where they stood. */
function masked(
  text: string,
  { maskingChar = '*', charsToMask, fromEnd }: Extract<Operator, { type: 'mask' }>,
): string {
  const graphemes = Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
  const count = Math.min(charsToMask ?? graphemes.length, graphemes.length);
  const first = fromEnd ? graphemes.length - count : 0;
  return graphemes
    .map((grapheme, i) => (i >= first && i < first + count && /\S/u.test(grapheme) ? maskingChar : grapheme))
    .join('');
}

/** Nonce, tag of authenticity and cipher text, in URL-safe base 64. */
function encrypted(text: string, secret: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), nonce);
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('base64url');
}

/** @returns undefined where the secret is another one, or the text was changed. */
export function decrypted(payload: string, secret: string): string | undefined {
  const bytes = Buffer.from(payload, 'base64url');
  if (bytes.length < 28) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** A secret is a phrase of any length; a key is 32 bytes. Another purpose gives another key. */
function keyOf(secret: string): Buffer {
  return createHmac('sha256', secret).update('onomast redaction, aes-256-gcm').digest();
}
