import type { Ledger } from '#annotation/documents/ledger.js';
import { type DocumentInput, readDocuments } from '#annotation/reading/read-documents.js';
import type { ReadOptions } from '#annotation/reading/read-options.js';
import { type Loss, type WriteOptions, writeDocuments } from './write-documents.js';

export interface ConvertTextOptions extends Omit<ReadOptions, 'overlaps'>, WriteOptions {
  /** Name of the format that is written. */
  readonly to: string;
}

/**
 * Converts one annotated file in memory from any known format to another.
 *
 * ```ts
 * const { files, ledger, losses } = convert({ name: 'a.txt', text: '[Ann Lee|PER] left.' }, { to: 'jsonl' });
 * ```
 *
 * @throws {AppError} what reading throws, and `invalid_argument` for a format that is not known.
 */
export function convert(
  input: DocumentInput,
  options: ConvertTextOptions,
): {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly ledger: Ledger;
  readonly losses: readonly Loss[];
} {
  const { documents, ledger } = readDocuments(input, options);
  return { ...writeDocuments(documents, options.to, options), ledger };
}
