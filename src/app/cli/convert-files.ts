import type { AlignMode } from '#annotation/alignment/align-spans.js';
import type { OverlapPolicy } from '#annotation/documents/resolve-overlaps.js';
import { formatCorpusReport } from '#annotation/reading/format-corpus-report.js';
import type { FixOption, ReadOptions } from '#annotation/reading/read-options.js';
import { type Conversion, convertFiles } from '#app/services/convert-files.js';
import { AppError } from '#base/errors.js';

/** Options of the command line that say how a file is read. */
export interface ReadFlags {
  readonly from?: string;
  readonly align?: string;
  readonly overlap?: string;
  readonly priority?: string;
  readonly map?: readonly string[];
  readonly tagColumn?: number;
  readonly tagNames?: string;
  readonly tags?: 'spans' | 'plain';
  readonly fix?: string;
}

/** @throws {AppError} `invalid_argument` */
export function readOptionsOf(flags: ReadFlags): ReadOptions {
  const { from, align, map, tagColumn, tagNames, tags, fix } = flags;
  return {
    ...(from !== undefined && { format: from }),
    ...(align !== undefined && { align: align as AlignMode }),
    overlaps: policyOf(flags),
    ...(map !== undefined && { labels: labelsOf(map) }),
    ...(tagColumn !== undefined && { tagColumn }),
    ...(tagNames !== undefined && { tagNames: tagNames.split(',') }),
    ...(tags !== undefined && { tagKind: tags }),
    ...(fix !== undefined && { fix: fix as FixOption }),
  };
}

function policyOf({ overlap = 'longest', priority }: ReadFlags): OverlapPolicy {
  if (overlap !== 'priority') return overlap === 'first' ? 'first' : 'longest';
  if (priority !== undefined) return priority.split(',');
  throw new AppError(
    'invalid_argument',
    '--overlap priority: expected labels in --priority, such as PER,ORG, found none',
  );
}

function labelsOf(map: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    map.map((assignment) => {
      const [from, to, ...rest] = assignment.split('=');
      if (from !== '' && to !== undefined && to !== '' && rest.length === 0) return [from, to];
      throw new AppError('invalid_argument', `--map: expected OLD=NEW, found "${assignment}"`);
    }),
  );
}

function weightsOf(split: string): number[] {
  const weights = split.split(':').map(Number);
  if (weights.every((weight) => weight > 0)) return weights;
  throw new AppError('invalid_argument', `--split: expected two or three weights such as 80:10:10, found "${split}"`);
}

/** `onomast convert`: what was done, for a person and as JSON. */
export function convertFromCommand(
  inputs: readonly string[],
  options: ReadFlags & {
    readonly to: string;
    readonly output: string;
    readonly split?: string;
    readonly recut?: boolean;
    readonly force?: boolean;
  },
): { readonly text: readonly string[]; readonly json: Conversion } {
  const conversion = convertFiles({
    ...readOptionsOf(options),
    inputs,
    to: options.to,
    output: options.output,
    ...(options.split !== undefined && { split: weightsOf(options.split) }),
    recut: options.recut ?? false,
    force: options.force ?? false,
    write: (text) => {
      process.stdout.write(text);
    },
  });
  return { text: [...conversion.inputs.flatMap(formatCorpusReport), ...describeOutputs(conversion)], json: conversion };
}

function describeOutputs({ outputs }: Conversion): string[] {
  return outputs.flatMap(({ files, part, format, documents, names, losses }) => {
    if (files.length === 0) return [`⚠ there are too few documents for ${part ?? 'a file'}: nothing was written`];
    const place = files.length > MANY_FILES ? `${files[0]} and ${files.length - 1} more files` : files.join(', ');
    return [
      `✔ wrote ${place === '-' ? 'standard output' : place}: ${format}, ${documents} documents, ${names} names`,
      ...losses.map(({ what, documents: count }) => `⚠ ${format} cannot hold ${what}: dropped in ${count} documents`),
    ];
  });
}

const MANY_FILES = 4;
