import { corpusError } from '#annotation/documents/corpus-source.js';
import { type Document, type Metadata, NO_METADATA } from '#annotation/documents/document.js';
import type { WrittenDocument, WrittenRange, WrittenSpan } from '#annotation/documents/written-document.js';
import { safeLabel } from '#annotation/tags/loose-tags.js';
import { createOffsetConverter, OFFSET_UNITS, type OffsetUnit } from '#annotation/text/offset-units.js';
import { quoted, shown } from '#base/quoted.js';
import type { ReadContext } from './format.js';
import { gapsOf } from './sentence-text.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Keys that spans go by, beside `text`: spaCy and doccano, Prodigy, doccano, spaCy's `Doc.to_json`. */
const SPAN_KEYS = ['entities', 'spans', 'label', 'labels', 'ents'] as const;
const WORD_KEYS = ['tokens', 'words'] as const;
const TAG_KEYS = ['tags', 'ner_tags'] as const;
const START_KEYS = ['start', 'start_offset', 'begin', 'startOffset'] as const;
const END_KEYS = ['end', 'end_offset', 'endOffset'] as const;
const LABEL_KEYS = ['label', 'labels', 'type', 'entity_group', 'tag'] as const;

/** Of records of JSON-MIN, which have no key of spans where an annotator found no names. */
const DONE_KEYS = ['annotation_id', 'annotator', 'lead_time'] as const;

/** Says which record the spans of are read from, for each of the forms that are known; holds where it stands. */
export class RecordReader {
  readonly #name: string;
  readonly #line: number;
  readonly #context: ReadContext;

  constructor(name: string, line: number, context: ReadContext) {
    this.#name = name;
    this.#line = line;
    this.#context = context;
  }

  /**
   * `null` for a record that is no gold annotation, which is counted.
   *
   * @throws {AppError} `malformed_corpus`, `invalid_tag`
   */
  record(value: unknown): WrittenDocument | null {
    if (Array.isArray(value)) return this.#pair(value);
    if (!isObject(value)) throw this.#error('an object or a pair of text and entities', shown(value));
    if (value.answer !== undefined && value.answer !== 'accept') {
      this.#context.count('{n} records skipped whose "answer" is not "accept"');
      this.#context.leaveOut(this.#line, `its "answer" is ${shown(value.answer)}`);
      return null;
    }
    if (isObject(value.data) && TASK_KEYS.some((key) => key in value)) return this.#task(value, value.data);
    const wordKey = WORD_KEYS.find((key) => key in value);
    const tagKey = TAG_KEYS.find((key) => key in value);
    if (wordKey !== undefined && tagKey !== undefined) return this.#words(value, wordKey, tagKey);
    if (value.text !== undefined) return this.#text(value.text, value);
    throw this.#error(
      '"text" with "entities", or "tokens" with "tags"',
      `the keys ${quoted(Object.keys(value).join(', '))}`,
    );
  }

  #pair(value: readonly unknown[]): WrittenDocument {
    const [text, annotation] = value;
    if (value.length !== 2 || typeof text !== 'string' || !isObject(annotation)) {
      throw this.#error('a pair of a text and {"entities": […]}', shown(value));
    }
    return this.#text(text, annotation);
  }

  #text(text: unknown, annotation: JsonObject): WrittenDocument {
    const checkedText = this.#string(text, 'text');
    const present = SPAN_KEYS.filter((key) => key in annotation);
    const spanKey = present.find((key) => !isEmpty(annotation[key])) ?? present[0];
    if (spanKey === undefined && annotation.answer !== 'accept' && !DONE_KEYS.some((key) => key in annotation)) {
      const keys = SPAN_KEYS.map((key) => `"${key}"`).join(', ');
      throw this.#error(`one of ${keys} with the spans`, `the keys ${quoted(Object.keys(annotation).join(', '))}`);
    }
    const written = spanKey === undefined || isEmpty(annotation[spanKey]) ? [] : annotation[spanKey];
    const spans = this.#array(written, spanKey ?? '').flatMap((span, index) =>
      this.#span(span, `${spanKey}[${index}]`),
    );
    const unit = annotation.offset_unit ?? null;
    if (unit !== null && !isOffsetUnit(unit)) {
      throw this.#error('"offset_unit" to be utf16, codepoint or utf8', shown(unit));
    }
    const sentences = rangesOf(annotation.sents);
    const tokens = rangesOf(annotation.tokens);
    return {
      kind: 'text',
      id: idOf(annotation),
      line: this.#line,
      continues: false,
      meta: without(annotation, [
        ...present,
        'text',
        'id',
        'offset_unit',
        'answer',
        ...(sentences === null ? [] : ['sents']),
        ...(tokens === null ? [] : ['tokens']),
      ]),
      text: checkedText,
      spans,
      offsetUnit: unit,
      tokens,
      sentences: sentences?.map((range) => ({ ...range, line: this.#line })) ?? null,
    };
  }

  /** A task of Label Studio. Of several annotations that are no draft the first counts, or the one that is the truth. */
  #task(task: JsonObject, data: JsonObject): WrittenDocument | null {
    const textKey =
      typeof data.text === 'string' ? 'text' : Object.keys(data).find((key) => typeof data[key] === 'string');
    if (textKey === undefined) throw this.#error('"data" to hold a text', shown(data));
    const annotations = this.#array(task.annotations ?? task.completions ?? [], 'annotations').filter(isObject);
    const finished = annotations.filter((annotation) => annotation.was_cancelled !== true);
    const chosen = finished.find(({ ground_truth }) => ground_truth === true) ?? finished[0];
    if (chosen === undefined) {
      const reason = annotations.length > 0 ? 'its annotations were cancelled' : 'it has no annotation';
      this.#context.count('{n} tasks skipped that have no finished annotation');
      this.#context.leaveOut(this.#line, `the task has no names: ${reason}`);
      return null;
    }
    for (const _ of finished.slice(1)) this.#context.count('{n} further annotations of tasks not read');
    const results = this.#array(chosen.result ?? [], 'result').filter(isObject);
    const spans = results.flatMap((result, index) => {
      const { value } = result;
      if (isObject(value) && (Array.isArray(value.labels) || Array.isArray(value.hypertextlabels))) {
        const offsets = isObject(value.globalOffsets) ? { ...value, ...value.globalOffsets } : value;
        const labels = value.labels ?? value.hypertextlabels;
        return this.#span({ ...offsets, labels, text: value.text }, `result[${index}].value`);
      }
      this.#context.count('{n} results that are no names (relations, choices) not read');
      return [];
    });
    return {
      kind: 'text',
      id: idOf(task),
      line: this.#line,
      continues: false,
      meta: without(data, [textKey, 'offset_unit']),
      text: this.#string(data[textKey], `data.${textKey}`),
      spans,
      offsetUnit: isOffsetUnit(data.offset_unit) ? data.offset_unit : null,
      tokens: null,
      sentences: null,
    };
  }

  #span(value: unknown, path: string): WrittenSpan[] {
    if (!Array.isArray(value) && !isObject(value)) {
      throw this.#error(`${path} to be [start, end, label] or an object`, shown(value));
    }
    if (!Array.isArray(value) && value.answer !== undefined && value.answer !== 'accept') {
      this.#context.count('{n} spans skipped whose "answer" is not "accept"');
      this.#context.leaveOut(this.#line, `the "answer" of ${path} is ${shown(value.answer)}`);
      return [];
    }
    const member = (keys: readonly string[]) => {
      const key = keys.find((candidate) => (value as JsonObject)[candidate] !== undefined);
      return key === undefined ? undefined : (value as JsonObject)[key];
    };
    const [start, end, written] = Array.isArray(value)
      ? value
      : [member(START_KEYS), member(END_KEYS), member(LABEL_KEYS)];
    for (const [key, offset] of Object.entries({ start, end })) {
      if (Number.isSafeInteger(offset)) continue;
      throw this.#error(`the ${key} of ${path} to be a whole number`, shown(offset));
    }
    if (Array.isArray(written) && written.length > 1)
      this.#context.count('{n} spans with several labels: the first is read');
    const label = this.#label(Array.isArray(written) ? written[0] : written, path);
    const text = Array.isArray(value) ? undefined : value.text;
    return [{ label, start, end, ...(typeof text === 'string' && text !== '' && { text }) }];
  }

  #label(value: unknown, path: string): string {
    const label = this.#string(value, `the label of ${path}`);
    const safe = safeLabel(label);
    if (safe === null) {
      const expected = 'a label of 1 to 64 characters without white space';
      throw corpusError({ code: 'invalid_tag', ...this.#place, expected, found: `${quoted(label)} in ${path}` });
    }
    if (safe !== label) this.#context.count(`{n} labels ${quoted(label)} spelled ${safe}`);
    return safe;
  }

  #words(value: JsonObject, wordKey: string, tagKey: string): WrittenDocument {
    const words = this.#array(value[wordKey], wordKey).map((word, index) => this.#string(word, `${wordKey}[${index}]`));
    const written = this.#array(value[tagKey], tagKey);
    const tags = written.map((tag, index) => this.#tag(tag, `${tagKey}[${index}]`));
    if (words.length !== tags.length) {
      throw this.#error(`as many "${tagKey}" as "${wordKey}"`, `${tags.length} and ${words.length}`);
    }
    const emptyWord = words.indexOf('');
    if (emptyWord !== -1) throw this.#error(`${wordKey}[${emptyWord}] not to be empty`, '""');
    const gaps = typeof value.text === 'string' ? gapsOf(words, value.text) : undefined;
    const sentence = { words, tags, lines: words.map(() => this.#line), ...(gaps && { gaps: trimLast(gaps) }) };
    return {
      kind: 'words',
      id: idOf(value),
      line: this.#line,
      continues: false,
      meta: without(value, ['text', 'id', wordKey, tagKey, 'answer']),
      sentences: words.length === 0 ? [] : [sentence],
    };
  }

  #tag(value: unknown, path: string): string {
    if (typeof value === 'number') {
      const { tagNames } = this.#context;
      if (tagNames === undefined) {
        const expected = `${path} to be a string, or the names of the tags (--tag-names O,B-PER,…)`;
        throw this.#error(expected, shown(value));
      }
      if (tagNames[value] !== undefined) return tagNames[value];
      throw this.#error(`${path} to be a number from 0 to ${tagNames.length - 1}`, shown(value));
    }
    return this.#string(value, path);
  }

  #array(value: unknown, path: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    throw this.#error(`"${path}" to be an array`, shown(value));
  }

  #string(value: unknown, path: string): string {
    if (typeof value !== 'string') {
      throw this.#error(`${path} to be a string`, shown(value));
    }
    // Half a surrogate pair cannot be written as UTF-8: it would not survive being saved.
    if (/\p{Cs}/u.test(value)) throw this.#error(`${path} to be well-formed Unicode`, 'half a surrogate pair');
    return value;
  }

  get #place() {
    return { name: this.#name, line: this.#line };
  }

  #error(expected: string, found: string, cause?: unknown) {
    return corpusError({ ...this.#place, expected, found, cause });
  }
}

const TASK_KEYS = ['annotations', 'completions', 'predictions'] as const;

/** The names of a document as records, offsets in a unit. */
export function spanRecords(
  document: Document,
  unit: OffsetUnit,
): { readonly start: number; readonly end: number; readonly label: string }[] {
  const converter = createOffsetConverter(document.text, unit);
  return document.spans.map(({ start, end, label }) => ({
    start: converter.fromUtf16(start),
    end: converter.fromUtf16(end),
    label,
  }));
}

/** What says which unit offsets are in, where units differ: behind characters outside ASCII, and behind CR LF. */
export function unitMember({ text }: Document, unit: OffsetUnit): { readonly offset_unit?: OffsetUnit } {
  return /[^\0-\x7F]|\r/.test(text) ? { offset_unit: unit } : {};
}

/** An id as it was probably written: a number without leading zeros stays one. */
export function idMember(id: string | null): { readonly id?: string | number } {
  if (id === null) return {};
  return { id: /^(?:0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOffsetUnit(value: unknown): value is OffsetUnit {
  return OFFSET_UNITS.some((unit) => unit === value);
}

/** `null`, `[]` and `{}` are no names at all. */
function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    (isObject(value) && Object.keys(value).length === 0)
  );
}

/** Objects with `start` and `end`; `null` if it holds anything else. */
function rangesOf(value: unknown): WrittenRange[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const ranges: WrittenRange[] = [];
  for (const item of value) {
    if (!isObject(item) || !Number.isSafeInteger(item.start) || !Number.isSafeInteger(item.end)) return null;
    ranges.push({ start: Number(item.start), end: Number(item.end) });
  }
  return ranges;
}

function idOf(value: JsonObject): string | null {
  return typeof value.id === 'string' || typeof value.id === 'number' ? String(value.id) : null;
}

function without(value: JsonObject, keys: readonly string[]): Metadata {
  const rest = Object.entries(value).filter(([key]) => !keys.includes(key));
  return rest.length === 0 ? NO_METADATA : Object.fromEntries(rest);
}

function trimLast(gaps: string[]): string[] {
  return [...gaps.slice(0, -1), ''];
}
