import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';

// Parsers of the values of options, for commander: each takes the option's name for its message, and gives a function from
// the text on the command line to the value, which throws `invalid_argument`.

/** Reads the text of an option. @throws {AppError} `invalid_argument` */
type OptionParser<T> = (text: string) => T;

/** @param option The name that a message bears: `--workers`. */
export function wholeNumber(
  option: string,
  { from, to }: { readonly from: number; readonly to?: number },
): OptionParser<number> {
  const most = to ?? Number.MAX_SAFE_INTEGER;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= most) return value;
    return refuse(option, `a whole number from ${from}${to === undefined ? '' : ` to ${to}`}`, text);
  };
}

/** @param option The name that a message bears: `--threshold`. */
export function numberFrom(
  option: string,
  { from, to }: { readonly from: number; readonly to?: number },
): OptionParser<number> {
  const most = to ?? Number.MAX_VALUE;
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= from && value <= most) return value;
    return refuse(option, `a number from ${from}${to === undefined ? '' : ` to ${to}`}`, text);
  };
}

/** @param option The name that a message bears: `--port`. */
export function portOf(option: string): OptionParser<number> {
  return wholeNumber(option, { from: 0, to: 65_535 });
}

/** @param option The name that a message bears: `--kernels`. */
export function oneOf<T extends string>(option: string, words: readonly T[]): OptionParser<T> {
  return (text) => words.find((candidate) => candidate === text) ?? refuse(option, `one of ${words.join(', ')}`, text);
}

/** Numbers above 0, or the word all, with commas between. @param option The name that a message bears: `--sizes`. */
export function sizeList(option: string): OptionParser<(number | 'all')[]> {
  return (text) =>
    text.split(',').map((part) => {
      const size = part.trim();
      if (size === 'all') return size;
      const value = Number(size);
      return /^\d+$/.test(size) && value > 0 ? value : refuse(option, 'numbers above 0, or all, with commas', text);
    });
}

function refuse(option: string, expected: string, found: string): never {
  throw new AppError('invalid_argument', `${option}: expected ${expected}, found ${quoted(found)}`);
}
