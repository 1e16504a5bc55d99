import { annotatedText, type CharacterSpan } from '#annotation/documents/annotated-text.js';
import { type CorpusSource, corpusError, quoted, shown } from '#annotation/documents/corpus-source.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { assertLabel, TAG_FORM, tryParseTag } from '#annotation/tags/bio.js';
import { OFFSET_UNITS, type OffsetUnit } from '#annotation/text/offset-units.js';
import { messageOf } from '#base/errors.js';

/** One line of a file; every line is a document of its own. */
export type JsonlRecord = { readonly line: number; readonly document: number } & (
  | {
      readonly kind: 'text';
      readonly text: string;
      /** In the unit of the file, not yet compared with the text. */
      readonly spans: readonly CharacterSpan[];
      /** What the line itself says of its offsets, if anything. */
      readonly offsetUnit: OffsetUnit | null;
    }
  | { readonly kind: 'tokens'; readonly words: readonly string[]; readonly tags: readonly string[] }
);

export interface JsonlRead {
  readonly records: readonly JsonlRecord[];
  /** Lines whose `answer` is not `accept`: Prodigy's rejected and ignored ones, which are no gold annotation. */
  readonly skippedRecords: number;
}

/** Keys that spans go by, beside `text`: spaCy and doccano, Prodigy, doccano 1, doccano 0. The first one present counts. */
const SPAN_KEYS = ['entities', 'spans', 'label', 'labels'] as const;
const WORD_KEYS = ['tokens', 'words'] as const;
const TAG_KEYS = ['tags', 'ner_tags'] as const;

/**
 * One JSON value a line, each in any of these forms:
 *
 * - `{"text": "…", "entities": [[0, 3, "PER"]]}`, also `spans`, `label` or `labels`, also `{"start", "end", "label"}`;
 * - `["…", {"entities": [[0, 3, "PER"]]}]`, spaCy's pairs;
 * - `{"tokens": ["…"], "tags": ["B-PER"]}`.
 *
 * `offset_unit` (`utf16`, `codepoint`, `utf8`) says what the offsets of its line count.
 *
 * @throws {AppError} `malformed_corpus`, `invalid_tag`
 */
export function readJsonl({ name, lines }: CorpusSource): JsonlRead {
  const records: JsonlRecord[] = [];
  let skippedRecords = 0;
  lines.forEach((text, index) => {
    if (text.trim() === '') return;
    const reader = new RecordReader(name, index + 1);
    const value = reader.parse(text);
    if (isObject(value) && value.answer !== undefined && value.answer !== 'accept') skippedRecords++;
    else records.push(reader.record(value, records.length));
  });
  return { records, skippedRecords };
}

/**
 * One line a sentence: `{"tokens", "tags"}`, which keeps the tokens, or `{"text", "entities", "offset_unit"}` with the
 * words joined by one space and UTF-16 offsets.
 */
export function writeJsonl(sentences: readonly LabelledSentence[], layout: 'tokens' | 'spans' = 'tokens'): string {
  const record = (sentence: LabelledSentence) => {
    if (layout === 'tokens') return { tokens: sentence.words, tags: sentence.tags };
    const { text, spans } = annotatedText(sentence);
    const entities = spans.map(({ start, end, label }) => ({ start, end, label }));
    return { text, entities, offset_unit: 'utf16' };
  };
  return sentences.map((sentence) => `${JSON.stringify(record(sentence))}\n`).join('');
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Reads one line; holds where it stands, for the errors. */
class RecordReader {
  readonly #name: string;
  readonly #line: number;

  constructor(name: string, line: number) {
    this.#name = name;
    this.#line = line;
  }

  parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const hint = text.trim() === '[' || text.trim() === '{' ? '; each record must stand on one line' : '';
      throw this.#error('one JSON value a line', `${quoted(text)}: ${messageOf(cause)}${hint}`, cause);
    }
  }

  record(value: unknown, document: number): JsonlRecord {
    const place = { line: this.#line, document };
    if (Array.isArray(value)) return { ...place, ...this.#pair(value) };
    if (!isObject(value)) throw this.#error('an object or a pair of text and entities', shown(value));
    const wordKey = WORD_KEYS.find((key) => key in value);
    const tagKey = TAG_KEYS.find((key) => key in value);
    if (wordKey !== undefined && tagKey !== undefined) return { ...place, ...this.#tokens(value, wordKey, tagKey) };
    if (value.text !== undefined) return { ...place, ...this.#text(value.text, value) };
    throw this.#error(
      '"text" with "entities", or "tokens" with "tags"',
      `the keys ${quoted(Object.keys(value).join(', '))}`,
    );
  }

  #pair(value: readonly unknown[]) {
    const [text, annotation] = value;
    if (value.length !== 2 || typeof text !== 'string' || !isObject(annotation)) {
      const expected = 'a pair of a text and {"entities": […]}';
      const hint = value.length > 0 && typeof text === 'object' ? '; put each record on a line of its own' : '';
      throw this.#error(expected, shown(value) + hint);
    }
    return this.#text(text, annotation);
  }

  #text(text: unknown, annotation: JsonObject) {
    const checkedText = this.#string(text, 'text');
    const spanKey = SPAN_KEYS.find((key) => key in annotation);
    if (spanKey === undefined) {
      const keys = SPAN_KEYS.map((key) => `"${key}"`).join(', ');
      throw this.#error(`one of ${keys} with the spans`, `the keys ${quoted(Object.keys(annotation).join(', '))}`);
    }
    const spans = this.#array(annotation[spanKey], spanKey).map((span, index) =>
      this.#span(span, `${spanKey}[${index}]`),
    );
    const unit = annotation.offset_unit ?? null;
    if (unit !== null && !isOffsetUnit(unit)) {
      throw this.#error('"offset_unit" to be utf16, codepoint or utf8', shown(unit));
    }
    return { kind: 'text', text: checkedText, spans, offsetUnit: unit } as const;
  }

  #span(value: unknown, path: string): CharacterSpan {
    if (!Array.isArray(value) && !isObject(value)) {
      throw this.#error(`${path} to be [start, end, label] or an object`, shown(value));
    }
    const [start, end, label] = Array.isArray(value)
      ? value
      : [value.start ?? value.start_offset, value.end ?? value.end_offset, value.label];
    for (const [key, offset] of Object.entries({ start, end })) {
      if (Number.isSafeInteger(offset)) continue;
      throw this.#error(`the ${key} of ${path} to be a whole number`, shown(offset));
    }
    const checkedLabel = this.#string(label, `the label of ${path}`);
    try {
      assertLabel(checkedLabel);
    } catch (cause) {
      const expected = 'a label of 1 to 64 characters without white space';
      throw corpusError({
        code: 'invalid_tag',
        ...this.#place,
        expected,
        found: `${quoted(checkedLabel)} in ${path}`,
        cause,
      });
    }
    return { start, end, label: checkedLabel };
  }

  #tokens(value: JsonObject, wordKey: string, tagKey: string) {
    const words = this.#array(value[wordKey], wordKey).map((word, index) => this.#string(word, `${wordKey}[${index}]`));
    const tags = this.#array(value[tagKey], tagKey).map((tag, index) => this.#string(tag, `${tagKey}[${index}]`));
    if (words.length !== tags.length) {
      throw this.#error(`as many "${tagKey}" as "${wordKey}"`, `${tags.length} and ${words.length}`);
    }
    const emptyWord = words.indexOf('');
    if (emptyWord !== -1) throw this.#error(`${wordKey}[${emptyWord}] not to be empty`, '""');
    const illegal = tags.findIndex((tag) => tryParseTag(tag) === null);
    if (illegal !== -1) {
      const found = `${quoted(tags[illegal])} in ${tagKey}[${illegal}]`;
      throw corpusError({ code: 'invalid_tag', ...this.#place, expected: TAG_FORM, found });
    }
    return { kind: 'tokens', words, tags } as const;
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

function isOffsetUnit(value: unknown): value is OffsetUnit {
  return OFFSET_UNITS.some((unit) => unit === value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
