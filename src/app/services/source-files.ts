import { basename } from 'node:path';
import type { SourceFile } from '#tagging/model/model-files.js';
import type { FileLedger } from './annotated-files.js';

/** What the record of a model keeps of a ledger. */
export function sourceFileOf({ name, sha256, format, scheme, offsetUnit, names, ...ledger }: FileLedger): SourceFile {
  const { in: all, aligned, repaired, leftOut } = names;
  const { documents, sentences, tokens, comments } = ledger;
  return {
    name: basename(name),
    sha256,
    format,
    scheme,
    offset_unit: offsetUnit,
    documents,
    sentences,
    tokens,
    names: { in: all, aligned, repaired, left_out: leftOut },
    comments,
    left_out: ledger.leftOut.total,
  };
}

/** One line for a person: what a file was, and what became of its names. */
export function describeSourceFile({ name, format, scheme, offset_unit, tokens, names, left_out }: SourceFile): string {
  const found = [
    format,
    scheme === null ? '' : `scheme ${scheme}`,
    offset_unit === null ? '' : `offsets in ${offset_unit}`,
  ];
  const number = (count: number): string => count.toLocaleString('en');
  const all = `${number(names.in)} names: ${number(names.aligned)} taken as they stand, ${number(names.repaired)} repaired`;
  const omitted = `${number(names.left_out)} left out`;
  const records = left_out === 0 ? '' : `; ${number(left_out)} records or lines not read`;
  return `${name} (${found.filter(Boolean).join(', ')}), ${number(tokens)} words, ${all}, ${omitted}${records}`;
}
