import { AppError } from '#base/errors.js';

/**
 * A parser for an option that takes a whole number, for commander.
 *
 * @param option The name that a message bears: `--workers`.
 */
export function wholeNumber(
  option: string,
  range: { readonly from: number; readonly to?: number },
): (text: string) => number {
  const { from, to = Number.MAX_SAFE_INTEGER } = range;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    const most = range.to === undefined ? '' : ` to ${to}`;
    throw new AppError(
      'invalid_argument',
      `${option}: expected a whole number from ${from}${most}, found ${JSON.stringify(text)}`,
    );
  };
}

/** A parser for an option that takes one of a few words, for commander. */
export function oneOf<T extends string>(option: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw new AppError(
      'invalid_argument',
      `${option}: expected one of ${words.join(', ')}, found ${JSON.stringify(text)}`,
    );
  };
}
