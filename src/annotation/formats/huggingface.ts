import type { CorpusSource } from '#annotation/documents/corpus-source.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import type { Format, ReadContext, WriteContext } from './format.js';
import { readRecord } from './json-format.js';
import { isObject, type JsonObject } from './json-records.js';
import { jsonValues } from './json-values.js';
import { rowsOf } from './rows.js';

/** The file that names the tags, as `datasets` writes it. */
const INFO = 'dataset_info.json';

/**
 * Records of `tokens` and `ner_tags` as the Hugging Face hub has them. Tags are strings, or numbers whose names stand in the
 * `features` of a `dataset_info.json` beside the file, of the first record or of the answer of the dataset viewer, or are
 * given. Numbers are written, with their names in `dataset_info.json`; into one stream, the names themselves.
 */
export const huggingface: Format = {
  name: 'huggingface',
  summary: 'Hugging Face records of words and tags: {"tokens":[…],"ner_tags":[…]}',
  extensions: ['.jsonl', '.json'],
  loses: ['text', 'documents', 'metadata', 'overlaps'],
  detect: ({ record }) => {
    if (!isObject(record)) return 0;
    if (namesIn(record) !== null) return 1;
    const hasWords = Array.isArray(record.tokens) || Array.isArray(record.words);
    return hasWords && (Array.isArray(record.ner_tags) || Array.isArray(record.tags)) ? 0.95 : 0;
  },
  read: readDataset,
  write: writeDataset,
};

function* readDataset(source: CorpusSource, context: ReadContext): Generator<WrittenDocument> {
  let names = context.tagNames ?? namesIn(companionOf(context));
  const place = (line: number) => ({ name: source.name, line, context: named(context, names) });
  for (const { value, line } of jsonValues(source, context)) {
    names ??= namesIn(value);
    if (isObject(value) && Array.isArray(value.rows)) {
      for (const { row } of value.rows.filter(isObject)) {
        const document = readRecord(row, place(line));
        if (document !== null) yield document;
      }
    } else if (!isObject(value) || value.tokens !== undefined || value.words !== undefined || namesIn(value) === null) {
      const document = readRecord(value, place(line));
      if (document !== null) yield document;
    }
  }
}

function named(context: ReadContext, tagNames: readonly string[] | null): ReadContext {
  if (tagNames === null || tagNames === context.tagNames) return context;
  return Object.assign(Object.create(context) as ReadContext, { tagNames });
}

function companionOf({ companion }: ReadContext): unknown {
  const text = companion(INFO);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Names of the classes of a `features` member, in any of the three shapes that the hub has for it. */
function namesIn(value: unknown): readonly string[] | null {
  if (!isObject(value)) return null;
  const { features } = value;
  const candidates = Array.isArray(features)
    ? features.filter(isObject).map(({ type }) => type)
    : isObject(features)
      ? [features.ner_tags, features.tags]
      : [];
  for (const candidate of candidates) {
    const feature = isObject(candidate) && isObject(candidate.feature) ? candidate.feature : candidate;
    const inner = isObject(feature) && isObject(feature.class_label) ? feature.class_label : feature;
    const names = isObject(inner) ? inner.names : undefined;
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
    if (isObject(names)) return Object.values(names).map(String);
  }
  return null;
}

function* writeDataset(documents: Parameters<Format['write']>[0], context: WriteContext) {
  const file = `${context.stem}.jsonl`;
  const ids = new Map<string, number>([['O', 0]]);
  let number = 0;
  for (const { document, sentences } of rowsOf(documents, context)) {
    for (const { words, tags } of sentences) {
      const numbers = tags.map((tag) => {
        const id = ids.get(tag) ?? ids.size;
        ids.set(tag, id);
        return id;
      });
      const id = sentences.length === 1 && document.id !== null ? document.id : String(number);
      number++;
      const record: JsonObject = { id, tokens: words, ner_tags: context.isStream ? tags : numbers };
      yield { file, text: `${JSON.stringify(record)}\n` };
    }
  }
  if (context.isStream) return;
  const names = [...ids.keys()];
  const features = { ner_tags: { feature: { names, _type: 'ClassLabel' }, _type: 'Sequence' } };
  yield { file: INFO, text: `${JSON.stringify({ features }, null, 2)}\n` };
}
