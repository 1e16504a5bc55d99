import { AppError } from '#base/errors.js';
import type { Row } from './database.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Typed reading of a row: a column that does not hold what the schema promises is an error, never a wrong value. */
export interface RowReader {
  text(column: string): string;
  integer(column: string): number;
  /** `null` stands for a number that was not finite. */
  numberOrNull(column: string): number | null;
  json(column: string): JsonObject;
  textList(column: string): readonly string[];
  /** `{ [property]: value }`, or `{}` when the column is NULL; for optional properties. */
  optionalText<P extends string>(column: string, property: P): { readonly [K in P]?: string };
  optionalInteger<P extends string>(column: string, property: P): { readonly [K in P]?: number };
}

/** @throws {AppError} `database_error` from each method, naming table, column and what was found. */
export function readRow(table: string, row: Row): RowReader {
  const wrong = (column: string, expected: string): AppError =>
    new AppError(
      'database_error',
      `registry: ${table}.${column}: expected ${expected}, found ${JSON.stringify(row[column])?.slice(0, 80)}`,
    );
  const text = (column: string): string => {
    const value = row[column];
    if (typeof value !== 'string') throw wrong(column, 'a text');
    return value;
  };
  const integer = (column: string): number => {
    const value = row[column];
    if (!Number.isSafeInteger(value)) throw wrong(column, 'an integer');
    return value as number;
  };
  const parsed = (column: string, expected: string): unknown => {
    try {
      return JSON.parse(text(column));
    } catch {
      throw wrong(column, expected);
    }
  };
  return {
    text,
    integer,
    numberOrNull(column) {
      const value = row[column];
      if (value !== null && typeof value !== 'number') throw wrong(column, 'a number');
      return value;
    },
    json(column) {
      const value = parsed(column, 'a JSON object');
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(column, 'a JSON object');
      return value as JsonObject;
    },
    textList(column) {
      const value = parsed(column, 'a JSON list of texts');
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
        throw wrong(column, 'a JSON list of texts');
      }
      return value;
    },
    optionalText<P extends string>(column: string, property: P) {
      return (row[column] === null ? {} : { [property]: text(column) }) as { [K in P]?: string };
    },
    optionalInteger<P extends string>(column: string, property: P) {
      return (row[column] === null ? {} : { [property]: integer(column) }) as { [K in P]?: number };
    },
  };
}
