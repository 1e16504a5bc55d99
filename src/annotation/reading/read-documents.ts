import { explainMisalignment, findBetterUnit, type TokenisedText } from '#annotation/alignment/offset-detection.js';
import { UNIT_NAMES } from '#annotation/alignment/span-converter.js';
import {
  type CorpusContent,
  type CorpusSource,
  corpusError,
  openCorpusSource,
} from '#annotation/documents/corpus-source.js';
import { type Document, documentOfWords, type WordSentence } from '#annotation/documents/document.js';
import type { Ledger, SpanUnit } from '#annotation/documents/ledger.js';
import { type SentenceView, sentencesOfDocument } from '#annotation/documents/sentences-of-document.js';
import type { WrittenDocument } from '#annotation/documents/written-document.js';
import type { WrittenSentence } from '#annotation/documents/written-sentence.js';
import { detectFormat } from '#annotation/formats/detect-format.js';
import type { Format, ReadContext } from '#annotation/formats/format.js';
import { findFormat } from '#annotation/formats/format-table.js';
import { safeLabel } from '#annotation/tags/loose-tags.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import { LedgerBuilder } from './ledger-builder.js';
import { checkReadOptions, offsetRules, type ReadOptions } from './read-options.js';
import { createTagReader, mixedSchemesError, type TagReader } from './tag-reader.js';
import { readText, type TokenisedRecord, tokenizeRecord } from './text-reader.js';

/** A file to be read: its name for messages, and its text, its bytes, or its bytes in chunks. */
export interface DocumentInput extends CorpusContent {
  readonly name: string;
  /** The text of the file of the same name with another extension or, with a whole name, of one beside it. */
  companion?(extensionOrName: string): string | null;
}

/** A file being read. Its documents can be walked through once, and are made one by one as they are asked for. */
export interface DocumentReading extends Iterable<Document> {
  readonly format: Format;
  /** Complete when all documents have been read. */
  ledger(): Ledger;
}

/** A longer sentence has lost its blank lines; the network would need memory for all of it at once. */
export const MAX_SENTENCE_TOKENS = 10_000;
/** More labels than this are words or numbers from another column. */
export const MAX_LABELS = 200;

/**
 * Reads an annotated file in any of the formats of `formats/format-table`, whole.
 *
 * ```ts
 * const { documents, ledger } = readDocuments({ name: 'a.jsonl', text: '{"text":"Ann left.","entities":[[0,3,"PER"]]}' });
 * documents[0].spans; // [{ label: 'PER', start: 0, end: 3 }]
 * ledger.names; // { in: 1, aligned: 1, repaired: 0, leftOut: 0 }
 * ```
 *
 * @throws {AppError} One sentence with file, line, expectation and value found: `malformed_corpus`, `invalid_tag`,
 *   `empty_corpus`, `not_utf8`, `misaligned_span`, `overlapping_spans`; `invalid_argument` for wrong options.
 */
export function readDocuments(
  input: DocumentInput,
  options: ReadOptions = {},
): { readonly documents: readonly Document[]; readonly ledger: Ledger } {
  const reading = openDocuments(input, options);
  const documents = [...reading];
  return { documents, ledger: reading.ledger() };
}

/**
 * Begins to read a file, document by document. With `window`, format, tag scheme and unit of offsets are decided from so
 * many documents, and no more than those are held in memory; else from all.
 *
 * @throws {AppError} as {@link readDocuments}; what stands further on throws when it is reached.
 */
function openDocuments(input: DocumentInput, options: ReadOptions = {}): DocumentReading {
  const reading = openPieces(input, options);
  return {
    format: reading.format,
    ledger: reading.ledger,
    *[Symbol.iterator]() {
      for (const { document } of reading.pieces) yield document;
    },
  };
}

/** A document and its sentences. */
export interface DocumentPiece {
  readonly document: Document;
  readonly sentences: readonly SentenceView[];
}

/** As {@link openDocuments}, with the sentences of each document, in which overlapping names are resolved. */
export function openPieces(
  input: DocumentInput,
  options: ReadOptions,
): { readonly format: Format; readonly pieces: Iterable<DocumentPiece>; ledger(): Ledger } {
  checkReadOptions(options);
  // A text of brat without a name has an empty file beside it.
  const isPair = input.name.endsWith('.ann') && (options.format ?? 'brat') === 'brat';
  const source = openCorpusSource(input.name, input, { mayBeEmpty: isPair });
  const name = options.format ?? (isPair && source.head.trim() === '' ? 'brat' : undefined);
  const format = name === undefined ? detectFormat(source) : findFormat(name);
  const ledger = new LedgerBuilder({
    name: input.name,
    format: format.name,
    findsDuplicates: options.window === undefined,
  });
  const reader = new PieceReader({ input, options, source, format, ledger });
  return { format, pieces: reader.pieces(), ledger: () => ledger.build(source.notes) };
}

class PieceReader {
  readonly #input: DocumentInput;
  readonly #options: ReadOptions;
  readonly #source: CorpusSource;
  readonly #format: Format;
  readonly #ledger: LedgerBuilder;
  readonly #tokenizer: Tokenizer;
  #tagReader: TagReader | undefined;
  #unit: SpanUnit | undefined;
  #isExplained = false;
  /** Tokenised while the unit was chosen. */
  #records = new Map<WrittenDocument, TokenisedRecord>();

  constructor(parts: {
    readonly input: DocumentInput;
    readonly options: ReadOptions;
    readonly source: CorpusSource;
    readonly format: Format;
    readonly ledger: LedgerBuilder;
  }) {
    this.#input = parts.input;
    this.#options = { ...parts.options, ...(parts.options.labels && { labels: withSafeNames(parts.options.labels) }) };
    this.#source = parts.source;
    this.#format = parts.format;
    this.#ledger = parts.ledger;
    this.#tokenizer = parts.options.tokenizer ?? createDefaultTokenizer();
  }

  *pieces(): Generator<DocumentPiece> {
    const { window = Number.POSITIVE_INFINITY } = this.#options;
    let waiting: WrittenDocument[] = [];
    let isDecided = false;
    for (const written of this.#format.read(this.#source, this.#context())) {
      if (isDecided) {
        yield* this.#finish(written);
        continue;
      }
      waiting.push(written);
      if (waiting.length < window) continue;
      this.#decide(waiting);
      isDecided = true;
      for (const early of waiting) yield* this.#finish(early);
      waiting = [];
    }
    if (!isDecided) {
      this.#decide(waiting);
      for (const early of waiting) yield* this.#finish(early);
    }
    this.#conclude();
  }

  #context(): ReadContext {
    const ledger = this.#ledger;
    const { tagColumn, tagNames } = this.#options;
    return {
      ...(tagColumn !== undefined && { tagColumn }),
      ...(tagNames !== undefined && { tagNames }),
      fault: (error) => this.#fault(error),
      comment: () => ledger.comment(),
      leaveOut: (line, reason) => ledger.leaveOut(line, reason),
      count: (note) => ledger.count(note),
      note: (sentence) => ledger.notes.push(sentence),
      hint: (sentence) => ledger.hints.push(sentence),
      columns: (columns) => {
        ledger.columns = columns;
      },
      companion: (extension) => this.#input.companion?.(extension) ?? null,
    };
  }

  #fault(error: AppError): void {
    const { maxFaults = 0 } = this.#options;
    if (this.#ledger.faults.length >= maxFaults) throw error;
    const line = /:(\d+): expected /.exec(error.message);
    this.#ledger.faults.push({
      line: line === null ? null : Number(line[1]),
      code: error.code,
      message: error.message,
    });
  }

  #decide(documents: readonly WrittenDocument[]): void {
    const sentences = documents.flatMap((document) => (document.kind === 'words' ? document.sentences : []));
    if (sentences.length > 0) this.#decideTags(sentences);
    const texts = documents.filter((document) => document.kind === 'text');
    if (texts.length === 0) return;
    const { unit, shift } = offsetRules(this.#options);
    const assumed = unit ?? this.#format.offsetUnit ?? 'utf16';
    for (const written of texts) this.#records.set(written, tokenizeRecord(written, this.#tokenizer, assumed));
    const records = [...this.#records.values()].map(tokenised);
    const better = findBetterUnit(records, shift, assumed);
    this.#unit = unit ?? better ?? assumed;
    const declared = texts.filter(({ spans }) => spans.length > 0).map(({ offsetUnit }) => offsetUnit);
    this.#ledger.offsetUnit = this.#format.name === 'inline' ? null : this.#unit;
    const [first = null] = declared;
    if (first !== null && declared.every((one) => one === first) && this.#format.name !== 'inline') {
      this.#ledger.offsetUnit = first;
    }
    if (better !== null && unit === undefined) {
      const than = UNIT_NAMES[assumed];
      this.#ledger.notes.push(`offsets read as ${UNIT_NAMES[better]}: more spans fit the words than as ${than}`);
    } else if (better !== null) {
      this.#ledger.hints.push(`offsets look like ${UNIT_NAMES[better]}: more spans would fit the words`);
    }
    if (this.#options.align !== 'strict' && this.#options.strict !== true) {
      const explanation = explainMisalignment({ texts: records, unit: this.#unit, shift });
      if (explanation !== null) this.#ledger.hints.push(explanation);
      this.#isExplained = explanation !== null;
    }
  }

  #decideTags(sentences: readonly WrittenSentence[]): void {
    const { tagKind, labels, strict = false } = this.#options;
    this.#tagReader = createTagReader(sentences, {
      name: this.#input.name,
      tagKind,
      labels,
      isStrict: strict,
      tagColumn: this.#ledger.columns?.tag ?? null,
      ledger: this.#ledger,
      fault: (error) => this.#fault(error),
    });
    this.#ledger.scheme = this.#tagReader.scheme;
    if (!this.#tagReader.isMixed) return;
    if (strict) throw mixedSchemesError(this.#input.name, sentences);
    this.#ledger.hints.push('tags of BIOES and of BILOU stand side by side: were two files joined?');
  }

  *#finish(written: WrittenDocument): Generator<DocumentPiece> {
    const document = written.kind === 'words' ? this.#words(written) : this.#text(written);
    if (document === null) return;
    const { overlaps: policy = 'longest', strict = false } = this.#options;
    const { sentences, overlaps } = sentencesOfDocument(document, policy);
    if (overlaps.length > 0) this.#reportOverlaps(document, overlaps, strict);
    if (sentences.length > 0) this.#ledger.document(document.continues);
    for (const sentence of sentences) {
      if (sentence.words.length > MAX_SENTENCE_TOKENS) {
        const expected = `sentences of at most ${MAX_SENTENCE_TOKENS} words`;
        const found = `one of ${sentence.words.length}; are blank lines missing?`;
        throw corpusError({ name: this.#input.name, line: sentence.line, expected, found });
      }
      this.#ledger.sentence(sentence);
    }
    if (this.#ledger.labels > MAX_LABELS && this.#options.window !== undefined) throw this.#labelsError();
    yield { document, sentences };
  }

  #words(written: WrittenDocument & { kind: 'words' }): Document | null {
    const sentences: WordSentence[] = [];
    if (this.#tagReader === undefined && written.sentences.length > 0) this.#decideTags(written.sentences);
    for (const sentence of written.sentences) {
      const read = this.#tagReader?.read(sentence) ?? null;
      if (read !== null) sentences.push(read);
    }
    if (sentences.length === 0 && written.sentences.length > 0) return null;
    return documentOfWords({
      id: written.id,
      sentences,
      isPlain: this.#tagReader?.scheme === 'plain',
      continues: written.continues,
      meta: written.meta,
      origin: { file: this.#input.name, line: written.line },
    });
  }

  #text(written: WrittenDocument & { kind: 'text' }): Document {
    const { strict = false, align = 'cut', labels } = this.#options;
    const { unit, shift } = offsetRules(this.#options);
    const record =
      this.#records.get(written) ?? tokenizeRecord(written, this.#tokenizer, unit ?? this.#unit ?? 'utf16');
    this.#records.delete(written);
    this.#ledger.hasSpans = true;
    return readText(record, {
      name: this.#input.name,
      align: strict ? 'strict' : align,
      unit: unit ?? this.#unit ?? 'utf16',
      shift,
      labels,
      tokenizer: this.#tokenizer,
      ledger: this.#ledger,
    });
  }

  #reportOverlaps(
    { text, tokens, origin }: Document,
    overlaps: ReturnType<typeof sentencesOfDocument>['overlaps'],
    isStrict: boolean,
  ): void {
    const describe = ({ label, startToken, endToken }: (typeof overlaps)[number]['kept']) => ({
      label,
      text: text.slice(tokens[startToken].start, tokens[endToken - 1].end),
    });
    for (const overlap of overlaps) {
      const report = { line: origin.line, kept: describe(overlap.kept), dropped: describe(overlap.dropped) };
      if (isStrict) {
        const { kept, dropped } = report;
        const found = `${kept.label} ${quoted(kept.text)} and ${dropped.label} ${quoted(dropped.text)}`;
        const expected = 'spans that do not overlap';
        throw corpusError({ code: 'overlapping_spans', name: this.#input.name, line: report.line, expected, found });
      }
      this.#ledger.overlap(report);
    }
  }

  #conclude(): void {
    const { name } = this.#input;
    if (this.#ledger.sentences === 0 && this.#ledger.faults.length === 0 && this.#options.window === undefined) {
      throw new AppError('empty_corpus', `${name}: expected at least one sentence, found none`);
    }
    if (this.#ledger.labels > MAX_LABELS) throw this.#labelsError();
    if (this.#ledger.labels === 0 && this.#ledger.faults.length === 0) this.#ledger.hints.push(NO_ENTITY_HINT);
    for (const label of this.#options.labels?.keys() ?? []) {
      if (this.#ledger.renamedLabels.has(label)) continue;
      this.#ledger.unusedRenames.push(label);
      this.#ledger.notes.push(`no name is labelled ${label}: none was renamed`);
    }
    if (this.#options.tagColumn !== undefined && this.#ledger.columns === null) {
      this.#ledger.notes.push(
        `${this.#format.name} has one place for tags: the tag column that was asked for decides nothing`,
      );
    }
    const cuts = this.#ledger.misaligned.filter(({ outcome }) => outcome === 'cut').length;
    const { names } = this.#ledger.build([]);
    if (!this.#isExplained && cuts >= MANY && cuts > names.in * OFTEN) {
      this.#ledger.hints.push(
        `${cuts} of ${names.in} names begin or end within a word of our tokenizer; the words were cut there, which \`tag\` does not do`,
      );
    }
  }

  #labelsError(): AppError {
    const { name } = this.#input;
    const { columns } = this.#ledger;
    const column = columns === null ? 'the tags' : `column ${columns.tag}`;
    const expected = `at most ${MAX_LABELS} labels`;
    const found = `${this.#ledger.labels} in ${column}; is that where the tags are?`;
    return new AppError('malformed_corpus', `${name}: expected ${expected}, found ${found}`);
  }
}

/** Labels are spelled safely before they are renamed: `Person Name` is `Person_Name` by then. */
function withSafeNames(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...labels].map(([from, to]) => [safeLabel(from) ?? from, to]));
}

const NO_ENTITY_HINT = 'there is no entity at all: a tagger trained on this learns to tag nothing';
const MANY = 20;
/** Cut words are worth a hint if more than this share of names begins or ends within one. */
const OFTEN = 0.05;

function tokenised({ written, tokens }: TokenisedRecord): TokenisedText {
  return { text: written.text, spans: written.spans, tokens, offsetUnit: written.offsetUnit };
}
