import type { CorpusSource } from '#annotation/documents/corpus-source.js';
import type { Document } from '#annotation/documents/document.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import type { OffsetUnit } from '#annotation/text/offset-units.js';
import { AppError } from '#base/errors.js';
import type { Aspect, Format, ReadContext } from './format.js';
import { isObject, type JsonObject, RecordReader } from './json-records.js';
import { jsonValues } from './json-values.js';

/** What differs between formats of JSON records. All of them read every form of a record, also mixed ones. */
export interface JsonFormatOptions {
  readonly name: string;
  readonly summary: string;
  readonly extensions: readonly string[];
  readonly loses: readonly Aspect[];
  readonly offsetUnit?: OffsetUnit;
  /** One array instead of one record a line. */
  readonly isArray?: boolean;
  /** Whether the first record of a file is of this format rather than another one of JSON; 0 to 1. */
  detect(record: JsonObject | readonly unknown[], isArray: boolean): number;
  record(document: Document): unknown;
}

export function jsonFormat(options: JsonFormatOptions): Format {
  const { name, summary, extensions, loses, offsetUnit, isArray = false } = options;
  return {
    name,
    summary,
    extensions,
    loses,
    ...(offsetUnit && { offsetUnit }),
    detect: ({ record, isArray: holdsArray }) =>
      isObject(record) || Array.isArray(record) ? options.detect(record, holdsArray) : 0,
    read: readRecords,
    *write(documents, { stem }) {
      const file = `${stem}${extensions[0]}`;
      let isFirst = true;
      if (isArray) yield { file, text: '[' };
      for (const document of documents) {
        const text = JSON.stringify(options.record(document));
        yield { file, text: isArray ? `${isFirst ? '' : ','}\n${text}` : `${text}\n` };
        isFirst = false;
      }
      if (isArray) yield { file, text: '\n]\n' };
    },
  };
}

function* readRecords(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  for (const { value, line } of jsonValues(source, context)) {
    const document = readRecord(value, { name: source.name, line, context });
    if (document !== null) yield document;
  }
}

export function readRecord(
  value: unknown,
  { name, line, context }: { readonly name: string; readonly line: number; readonly context: ReadContext },
): WrittenDocument | null {
  try {
    return new RecordReader(name, line, context).record(value);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.fault(error);
    return null;
  }
}
