import { AppError } from '#base/errors.js';

/** Which words each placeholder stands for. Who has it can undo the redaction: keep it apart from the redacted texts. */
export interface PseudonymKey {
  readonly version: 1;
  /** `PER_1` -> `Ada Lovelace` */
  readonly words: Readonly<Record<string, string>>;
}

/** Numbers the words of each label, in the order in which they are first met. */
export interface Pseudonyms {
  /** The same words under the same label always get the same placeholder. */
  placeholderOf(text: string, label: string): string;
  /** Words by placeholder; undefined for one that was never given out. */
  wordsOf(placeholder: string): string | undefined;
  toKey(): PseudonymKey;
}

/** @throws {AppError} `invalid_argument` for a key that is none. */
export function createPseudonyms(key?: unknown): Pseudonyms {
  const words = new Map<string, string>(key === undefined ? [] : entriesOf(key));
  const given = new Map([...words].map(([placeholder, text]) => [`${labelOf(placeholder)}\n${text}`, placeholder]));
  const last = new Map<string, number>();
  for (const placeholder of words.keys()) {
    const label = labelOf(placeholder);
    last.set(label, Math.max(last.get(label) ?? 0, Number(placeholder.slice(label.length + 1))));
  }
  return {
    placeholderOf(text, label) {
      const known = given.get(`${label}\n${text}`);
      if (known !== undefined) return known;
      const number = (last.get(label) ?? 0) + 1;
      const placeholder = `${label}_${number}`;
      last.set(label, number);
      given.set(`${label}\n${text}`, placeholder);
      words.set(placeholder, text);
      return placeholder;
    },
    wordsOf: (placeholder) => words.get(placeholder),
    toKey: () => ({ version: 1, words: Object.fromEntries(words) }),
  };
}

const labelOf = (placeholder: string): string => placeholder.slice(0, placeholder.lastIndexOf('_'));

function entriesOf(key: unknown): [string, string][] {
  const { version, words } = (typeof key === 'object' && key !== null ? key : {}) as Partial<Record<string, unknown>>;
  const entries = typeof words === 'object' && words !== null ? Object.entries(words) : undefined;
  const isSound = entries?.every(
    ([placeholder, text]) => /^[^<>\s:]+_\d+$/u.test(placeholder) && typeof text === 'string',
  );
  if (version === 1 && isSound) return entries as [string, string][];
  throw new AppError(
    'invalid_argument',
    'key: expected {"version": 1, "words": {"PER_1": "Ada"}}, found something else',
  );
}
