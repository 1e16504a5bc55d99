import { AppError } from '#base/errors.js';
import { shown } from '#base/quoted.js';

/**
 * Options as data: one table gives the default, the check, the help text and the TypeScript type of each, so that a config
 * file, `--set key=value` and `--help` cannot disagree.
 */
export interface Option<T> {
  readonly default: T;
  readonly help: string;
  /** Told to the user when a value is refused: "a whole number from 1 to 4096". */
  readonly expects: string;
  /** Undefined if the value is not acceptable. */
  readonly parse: (value: unknown) => T | undefined;
  /** The name it had before, which models and scripts may still use. */
  readonly formerName?: string;
}

export type OptionTable = Readonly<Record<string, Option<unknown>>>;
export type OptionValues<Table extends OptionTable> = {
  readonly [Key in keyof Table]: Table[Key] extends Option<infer T> ? T : never;
};

/** A whole number from 0. */
export const count = (initial: number, max: number, help: string): Option<number> => integer(initial, 0, max, help);
/** A whole number from 1. */
export const positiveCount = (initial: number, max: number, help: string): Option<number> =>
  integer(initial, 1, max, help);

/** A number from 0 up to but not including 1. */
export const fraction = (initial: number, help: string): Option<number> => ({
  default: initial,
  help,
  expects: 'a number from 0 up to but not including 1',
  parse: (value) => checked(asNumber(value), (x) => x >= 0 && x < 1),
});

export const nonNegative = (initial: number, help: string): Option<number> => ({
  default: initial,
  help,
  expects: 'a number from 0',
  parse: (value) => checked(asNumber(value), (x) => x >= 0),
});

export const positive = (initial: number, help: string): Option<number> => ({
  default: initial,
  help,
  expects: 'a number above 0',
  parse: (value) => checked(asNumber(value), (x) => x > 0),
});

export const flag = (initial: boolean, help: string): Option<boolean> => ({
  default: initial,
  help,
  expects: 'true or false',
  parse: (value) => {
    if (value === true || value === 'true') return true;
    return value === false || value === 'false' ? false : undefined;
  },
});

/** Any text that is not empty. */
export const text = (initial: string, expects: string, help: string): Option<string> => ({
  default: initial,
  help,
  expects,
  parse: (value) => (typeof value === 'string' && value.trim() !== '' ? value : undefined),
});

export const choice = <const T extends string>(
  allowed: readonly T[],
  initial: NoInfer<T>,
  help: string,
): Option<T> => ({
  default: initial,
  help,
  expects: `one of ${allowed.join(', ')}`,
  parse: (value) => allowed.find((candidate) => candidate === value),
});

/** The same option, also known by the name that it had before. */
export const formerly = <T>(formerName: string, option: Option<T>): Option<T> => ({ ...option, formerName });

/** An option that was given under the name it had before. */
export interface RenamedOption {
  readonly former: string;
  readonly current: string;
}

/**
 * Settings under the names that options have now, and which of them came under a former name.
 *
 * @throws {AppError} `invalid_config` for an option given under both names.
 */
export function currentNames(
  table: OptionTable,
  input: Readonly<Record<string, unknown>>,
  where: string,
): { readonly settings: Record<string, unknown>; readonly renamed: readonly RenamedOption[] } {
  const settings = { ...input };
  const renamed: RenamedOption[] = [];
  for (const [current, { formerName: former }] of Object.entries(table)) {
    if (former === undefined || !Object.hasOwn(input, former)) continue;
    if (Object.hasOwn(input, current)) {
      throw new AppError(
        'invalid_config',
        `${where}: "${former}" is the former name of "${current}"; expected one of them, found both`,
      );
    }
    settings[current] = input[former];
    delete settings[former];
    renamed.push({ former, current });
  }
  return { settings, renamed };
}

/**
 * Defaults overlaid with `input`. `where` names the source in messages: "config.json", "--set".
 *
 * @throws {AppError} `invalid_config` for an unknown key (with the nearest known one) or a value out of range.
 */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  input: Readonly<Record<string, unknown>>,
  where: string,
): OptionValues<Table> {
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(table)) values[key] = option.default;
  for (const [key, value] of Object.entries(currentNames(table, input, where).settings)) {
    if (!Object.hasOwn(table, key)) {
      throw new AppError(
        'invalid_config',
        `${where}: there is no option "${key}"; did you mean "${nearest(key, Object.keys(table))}"?`,
      );
    }
    const parsed = table[key].parse(value);
    if (parsed === undefined) {
      throw new AppError('invalid_config', `${where}: "${key}" must be ${table[key].expects}, found ${shown(value)}`);
    }
    values[key] = parsed;
  }
  return values as OptionValues<Table>;
}

/** `key=value` arguments as an object; the values stay text, which every `parse` accepts. */
export function parseAssignments(assignments: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const equals = assignment.indexOf('=');
      if (equals <= 0) {
        throw new AppError('invalid_argument', `--set: expected key=value, found "${assignment}"`);
      }
      return [assignment.slice(0, equals).trim(), assignment.slice(equals + 1).trim()];
    }),
  );
}

/** One line an option, for --help. */
export function describeOptions(table: OptionTable): string[] {
  const width = Math.max(...Object.keys(table).map((key) => key.length));
  return Object.entries(table).map(
    ([key, option]) => `${key.padEnd(width)}  ${option.help} (${option.expects}; default ${option.default})`,
  );
}

function integer(initial: number, min: number, max: number, help: string): Option<number> {
  return {
    default: initial,
    help,
    expects: `a whole number from ${min} to ${max}`,
    parse: (value) => checked(asNumber(value), (x) => Number.isInteger(x) && x >= min && x <= max),
  };
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined;
}

function checked(value: number | undefined, isLegal: (x: number) => boolean): number | undefined {
  return value !== undefined && Number.isFinite(value) && isLegal(value) ? value : undefined;
}

/**
 * What was most likely meant: the whole name but for capitals; a name of which the word is a part (`epochs`, `max_epochs`);
 * a name that is a part of the word (`dropout_rate`, `dropout`); the initials of one name alone (`lr`, `learn_rate`); else
 * a slip of the keys. Of several, that with the least changes.
 */
function nearest(word: string, candidates: readonly string[]): string {
  const wanted = word.toLowerCase();
  const those = (fits: (name: string) => boolean): string[] => candidates.filter((name) => fits(name.toLowerCase()));
  const byInitials = those((name) => name.includes('_') && name.replace(/([a-z])[a-z]*_?/g, '$1') === wanted);
  const chosen =
    [
      those((name) => name === wanted),
      those((name) => wanted.length >= LEAST_PART && name.includes(wanted)),
      those((name) => name.length >= LEAST_PART && wanted.includes(name)),
      byInitials.length === 1 ? byInitials : [],
    ].find((names) => names.length > 0) ?? candidates;
  const distances = chosen.map((name) => editDistance(wanted, name.toLowerCase()));
  return chosen[distances.indexOf(Math.min(...distances))];
}

/** Shorter words are in too many others: `lr` is in `lr_decay`. */
const LEAST_PART = 3;

/** Levenshtein distance, one row at a time. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (left[i - 1] === right[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[right.length];
}
