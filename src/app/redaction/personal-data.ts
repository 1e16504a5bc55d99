import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { LinkifyIt } from 'linkify-it';
import validator from 'validator';
import { AppError } from '#base/errors.js';

/** What is personal without being a name, and is found by its form: the names of the entity types follow Presidio. */
export const PERSONAL_DATA = [
  'EMAIL_ADDRESS',
  'URL',
  'IP_ADDRESS',
  'IBAN_CODE',
  'CREDIT_CARD',
  'PHONE_NUMBER',
] as const;
export type PersonalData = (typeof PERSONAL_DATA)[number];

/** A stretch of text, in UTF-16 units, half-open. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Finds telephone numbers in a text; `libphonenumber-js` is one such, see {@link phoneFinder}. */
export type PhoneFinder = (text: string) => readonly Pick<Stretch, 'start' | 'end'>[];

const LINKS = new LinkifyIt({ fuzzyLink: true, fuzzyEmail: true });
const IP_CANDIDATE = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)/gi;
/** Country, check digits, then groups: at most 34 characters without the spaces between them. */
const IBAN_CANDIDATE = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]){11,30}/gu;
/** Of 13 to 19 digits, in groups or not. */
const CARD_CANDIDATE = /(?<![\p{L}\p{N}])\d(?:[ \u00a0-]?\d){12,18}(?![\p{L}\p{N}])/gu;

/**
 * Finds e-mail and web addresses (linkify-it), IP addresses, IBANs and card numbers (validator: their check digits must be
 * right) and, if a finder is given, telephone numbers. In reading order; stretches of different kinds may overlap.
 */
export function findPersonalData(
  text: string,
  kinds: readonly PersonalData[],
  phones: PhoneFinder = () => [],
): Stretch[] {
  const wanted = new Set<string>(kinds);
  const isCard = (part: string): boolean => validator.isCreditCard(part.replace(/[^\d]/g, ''));
  // Not spread into a call: a text may hold more addresses than a call takes arguments.
  return [
    wanted.has('EMAIL_ADDRESS') || wanted.has('URL') ? linksIn(text) : [],
    wanted.has('IP_ADDRESS') ? matches(text, IP_CANDIDATE, 'IP_ADDRESS', (part) => isIP(part) !== 0) : [],
    wanted.has('IBAN_CODE') ? ibansIn(text) : [],
    wanted.has('CREDIT_CARD') ? matches(text, CARD_CANDIDATE, 'CREDIT_CARD', isCard) : [],
    wanted.has('PHONE_NUMBER') ? phones(text).map((part) => ({ ...part, label: 'PHONE_NUMBER' })) : [],
  ]
    .flat()
    .filter(({ label }) => wanted.has(label))
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

/**
 * Makes a finder of telephone numbers, those with a country code and those that people write in `region` (two letters, as
 * in ISO 3166).
 *
 * @returns undefined where the optional package `libphonenumber-js` is not installed
 * @throws {AppError} `invalid_argument` for a region that is none
 */
export async function phoneFinder(region?: string): Promise<PhoneFinder | undefined> {
  return loadPhoneFinder({ region });
}

export interface PhoneFinderOptions {
  readonly region?: string | undefined;
  /** Milliseconds that a text may take: one that is made for it takes seconds a hundred thousand characters. */
  readonly mostMs?: number;
}

/** As {@link phoneFinder}, at once; the finder throws `tagging_timeout` for a text that takes longer than it may. */
export function loadPhoneFinder({
  region,
  mostMs = Number.POSITIVE_INFINITY,
}: PhoneFinderOptions = {}): PhoneFinder | undefined {
  const { findPhoneNumbersInText, isSupportedCountry } = phoneLibrary() ?? {};
  if (findPhoneNumbersInText === undefined || isSupportedCountry === undefined) return undefined;
  if (region !== undefined && !isSupportedCountry(region))
    throw new AppError('invalid_argument', `region: expected two letters as in ISO 3166, found "${region}"`);
  return (text) => {
    const begun = performance.now();
    const found: { start: number; end: number }[] = [];
    for (let from = 0; from < text.length; from += SLICE) {
      if (from > 0 && performance.now() - begun > mostMs)
        throw new AppError(
          'tagging_timeout',
          `telephone numbers: expected to have looked for them within ${mostMs / 1000} s; leave PHONE_NUMBER out of the kinds`,
        );
      // What begins near the end of a slice is read to its end; what the next one takes for its rest overlaps it.
      const slice = text.slice(from, from + SLICE + LONGEST_NUMBER);
      for (const { startsAt, endsAt } of findPhoneNumbersInText(slice, region && { defaultCountry: region }))
        if (startsAt < SLICE) found.push({ start: from + startsAt, end: from + endsAt });
    }
    return found;
  };
}

/** UTF-16 units that are searched at a time, and those of the longest telephone number as people write it. */
const SLICE = 10_000;
const LONGEST_NUMBER = 64;

type PhoneLibrary = Pick<typeof import('libphonenumber-js'), 'findPhoneNumbersInText' | 'isSupportedCountry'>;
let library: PhoneLibrary | null | undefined;

function phoneLibrary(): PhoneLibrary | null {
  if (library === undefined) {
    try {
      library = createRequire(import.meta.url)('libphonenumber-js') as PhoneLibrary;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      library = null;
    }
  }
  return library;
}

function linksIn(text: string): Stretch[] {
  return (LINKS.match(text) ?? []).map(({ index, lastIndex, schema }) => ({
    start: index,
    end: lastIndex,
    label: schema === 'mailto:' ? 'EMAIL_ADDRESS' : 'URL',
  }));
}

/** What follows an IBAN may look like a part of it: the longest beginning with the right check digits is taken. */
function ibansIn(text: string): Stretch[] {
  return Array.from(text.matchAll(IBAN_CANDIDATE)).flatMap(({ 0: candidate, index }) => {
    for (let length = candidate.length; length >= 15; length--) {
      const isWhole = !/[\p{L}\p{N}]/u.test(text[index + length] ?? ' ');
      const part = candidate.slice(0, length);
      if (isWhole && /\S$/.test(part) && validator.isIBAN(part.replace(/\s/gu, '')))
        return [{ start: index, end: index + length, label: 'IBAN_CODE' }];
    }
    return [];
  });
}

function matches(text: string, pattern: RegExp, label: string, isOne: (part: string) => boolean): Stretch[] {
  return Array.from(text.matchAll(pattern)).flatMap(({ 0: part, index }) =>
    isOne(part) ? [{ start: index, end: index + part.length, label }] : [],
  );
}
