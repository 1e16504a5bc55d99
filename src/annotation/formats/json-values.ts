import { type CorpusSource, corpusError, MAX_LINE_LENGTH } from '#annotation/documents/corpus-source.js';
import { messageOf } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import type { ReadContext } from './format.js';

export interface JsonValue {
  readonly value: unknown;
  /** Where it begins, from 1. */
  readonly line: number;
}

/** UTF-16 units of one record. */
const MAX_RECORD_LENGTH = 32 * MAX_LINE_LENGTH;

const MARKS = /^[\s\uFEFF]+/;

/**
 * The records of a file of JSON: one a line, or the elements of one array, or values that reach over several lines. One
 * record is held at a time, however long the file is.
 *
 * A line that is no JSON is a fault, and reading goes on behind it; in an array or a value of several lines it cannot.
 */
export function* jsonValues(source: CorpusSource, context: ReadContext): Generator<JsonValue> {
  const form = formOf(source.head);
  if (form === 'lines') yield* lineValues(source, context);
  else yield* nestedValues(source, context, form);
}

type Form = 'lines' | 'array' | 'values';

/** The first record, for finding out the format. */
export function firstRecord(head: string): { readonly record: unknown; readonly isArray: boolean } {
  const form = formOf(head);
  const isArray = form === 'array';
  if (form === 'lines') return { record: tryParse(firstLine(head)), isArray };
  const text = head.replace(MARKS, '');
  const element = new ElementScanner(isArray);
  const [first] = element.push(text);
  return { record: first === undefined ? undefined : tryParse(first.text), isArray };
}

function formOf(head: string): Form {
  const text = head.slice(0, 1 << 16).replace(MARKS, '');
  if (/^\[\s*(?:[{[]|\]|$)/.test(text)) return 'array';
  const line = firstLine(text);
  if (tryParse(line) !== undefined) return 'lines';
  // A value that goes on in the next line, as `JSON.stringify(…, null, 2)` writes it.
  return /^\{(?:.*[,[{:])?\s*$/.test(line) ? 'values' : 'lines';
}

function firstLine(head: string): string {
  return head.replace(MARKS, '').split(/\r?\n|\r/, 1)[0];
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function* lineValues(source: CorpusSource, context: ReadContext): Generator<JsonValue> {
  let line = 0;
  for (const text of recordLines(source)) {
    line++;
    if (text.trim() === '') continue;
    const value = parseLine(text, { name: source.name, line, context });
    if (value !== undefined) yield { value, line };
  }
}

/** Lines that may be as long as a record. */
function* recordLines({ name, pieces }: CorpusSource): Generator<string> {
  let rest = '';
  let line = 0;
  for (const piece of pieces) {
    const parts = piece.split('\n');
    parts[0] = rest + parts[0];
    rest = parts.pop() ?? '';
    for (const part of parts) {
      line++;
      if (part.length > MAX_RECORD_LENGTH) throw longRecordError(name, line);
      yield part;
    }
    if (rest.length > MAX_RECORD_LENGTH) throw longRecordError(name, line + 1);
  }
  if (rest !== '') yield rest;
}

function parseLine(
  text: string,
  { name, line, context }: { readonly name: string; readonly line: number; readonly context: ReadContext },
): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const unmarked = text.replace(MARKS, '');
    const value = unmarked === text ? undefined : tryParse(unmarked);
    if (value !== undefined) {
      context.count('{n} byte order marks within the file removed');
      return value;
    }
    const hint = /^\s*[[{]/.test(text) ? '' : '; are two formats in this file?';
    const found = `${quoted(text)}: ${messageOf(cause)}${hint}`;
    context.fault(corpusError({ name, line, expected: 'one JSON value a line', found, cause }));
    return undefined;
  }
}

function* nestedValues(source: CorpusSource, context: ReadContext, form: 'array' | 'values'): Generator<JsonValue> {
  const { name } = source;
  const scanner = new ElementScanner(form === 'array');
  for (const piece of source.pieces) {
    for (const { text, line } of scanner.push(piece)) {
      try {
        yield { value: JSON.parse(text), line };
      } catch (cause) {
        const found = `${quoted(text)}: ${messageOf(cause)}`;
        context.fault(corpusError({ name, line, expected: 'a JSON value', found, cause }));
      }
    }
    if (scanner.length > MAX_RECORD_LENGTH) throw longRecordError(name, scanner.line);
    if (scanner.stray !== null) {
      const { text, line } = scanner.stray;
      const expected = form === 'array' ? 'nothing but white space behind the JSON array' : 'an object or an array';
      throw corpusError({ name, line, expected, found: `${quoted(text)}; are two formats in this file?` });
    }
  }
  if (scanner.isOpen) {
    const expected = form === 'array' ? '"]" at the end of the JSON array' : '"}" at the end of the JSON value';
    const found = `the end of the file within record ${scanner.count + 1}, which begins in line ${scanner.line}`;
    throw corpusError({ name, line: scanner.line, expected, found: `${found}; is the file cut off?` });
  }
}

function longRecordError(name: string, line: number) {
  const expected = `records of at most ${MAX_RECORD_LENGTH} characters`;
  return corpusError({ name, line, expected, found: 'a longer one; are the line ends lost, or is it no JSON?' });
}

const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c, 0xfeff]); // commas stand between elements

/** Cuts JSON that comes in pieces into the elements of an array, or into its outermost values. */
class ElementScanner {
  /** Records that are complete. */
  count = 0;
  /** Where the record that is open begins. */
  line = 1;
  /** Something that is no record. */
  stray: { readonly text: string; readonly line: number } | null = null;
  #isInArray: boolean;
  #isBeforeArray: boolean;
  #isBehindArray = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #atLine = 1;
  #open: string[] = [];
  #openLength = 0;

  constructor(isArray: boolean) {
    this.#isInArray = isArray;
    this.#isBeforeArray = isArray;
  }

  get isOpen(): boolean {
    return this.#depth > 0 || (this.#isInArray && !this.#isBehindArray);
  }

  /** Of the record that is open. */
  get length(): number {
    return this.#openLength;
  }

  push(piece: string): { readonly text: string; readonly line: number }[] {
    const complete: { text: string; line: number }[] = [];
    let from = 0;
    for (let position = 0; position < piece.length; position++) {
      const code = piece.charCodeAt(position);
      if (code === 0x0a) this.#atLine++;
      if (this.#depth > 0) {
        if (this.#isInString) {
          if (this.#isEscaped) this.#isEscaped = false;
          else if (code === 0x5c) this.#isEscaped = true;
          else if (code === 0x22) this.#isInString = false;
        } else if (code === 0x22) this.#isInString = true;
        else if (code === 0x7b || code === 0x5b) this.#depth++;
        else if ((code === 0x7d || code === 0x5d) && --this.#depth === 0) {
          this.#open.push(piece.slice(from, position + 1));
          complete.push({ text: this.#open.join(''), line: this.line });
          this.#open = [];
          this.#openLength = 0;
          this.count++;
        }
      } else if (!SPACE.has(code)) {
        if (this.#isBeforeArray && code === 0x5b) this.#isBeforeArray = false;
        else if (!this.#isBehindArray && (code === 0x7b || code === 0x5b)) {
          this.#depth = 1;
          this.line = this.#atLine;
          from = position;
        } else if (this.#isInArray && !this.#isBehindArray && code === 0x5d) this.#isBehindArray = true;
        else {
          this.stray ??= { text: piece.slice(position, position + 40), line: this.#atLine };
          return complete;
        }
      }
    }
    if (this.#depth > 0) {
      const rest = piece.slice(from);
      this.#open.push(rest);
      this.#openLength += rest.length;
    }
    return complete;
  }
}
