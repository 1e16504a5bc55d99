import {
  type CorpusFormat,
  type CorpusReport,
  LISTED,
  type LocatedRepair,
} from '#annotation/documents/corpus-report.js';
import { type CorpusContent, corpusError, openCorpusSource, quoted } from '#annotation/documents/corpus-source.js';
import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import type { WrittenSentence } from '#annotation/documents/written-sentence.js';
import { detectFormat } from '#annotation/formats/detect-format.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import { detectScheme, type RepairKind, type TagScheme, toIob2 } from '#annotation/tags/tag-scheme.js';
import type { Tokenizer } from '#annotation/text/tokenizer.js';
import { createDefaultTokenizer } from '#annotation/text/tokenizers.js';
import { AppError } from '#base/errors.js';
import { type FormatOptions, readFormat } from './read-format.js';

export interface ParseCorpusOptions extends CorpusContent, Omit<FormatOptions, 'tokenizer'> {
  /** Cuts texts that are not tokenised: a model's own where there is one, the program's unless told. */
  readonly tokenizer?: Tokenizer;
  /** Of the file, for messages: `name:line: expected …, found …`. */
  readonly name: string;
  /** Detected from the content if not given. */
  readonly format?: CorpusFormat;
}

export interface Corpus {
  readonly sentences: readonly LabelledSentence[];
  readonly report: CorpusReport;
}

/** A longer sentence has lost its blank lines; the network would need memory for all of it at once. */
export const MAX_SENTENCE_TOKENS = 10_000;
/** More labels than this are words or numbers from another column. */
export const MAX_LABELS = 200;

/**
 * Reads an annotated corpus in any of the formats of `formats/`. Tags become well-formed IOB2; the report tells what was
 * found, repaired, moved or left out, with lines. With `strict`, the first thing to repair is an error instead.
 *
 * @throws {AppError} One sentence with file, line, expectation and value found: `malformed_corpus`, `invalid_tag`,
 *   `empty_corpus`, `not_utf8`, `misaligned_span`, `overlapping_spans`; `invalid_argument` for wrong options.
 */
export function parseCorpus(options: ParseCorpusOptions): Corpus {
  const { name, strict = false, tokenizer = createDefaultTokenizer() } = options;
  const source = openCorpusSource(name, options);
  const format = options.format ?? detectFormat(source);
  const read = readFormat(source, format, { ...options, tokenizer });
  if (read.sentences.length === 0) {
    throw new AppError('empty_corpus', `${name}: expected at least one sentence, found none`);
  }
  for (const { words, lines } of read.sentences) {
    if (words.length <= MAX_SENTENCE_TOKENS) continue;
    const expected = `sentences of at most ${MAX_SENTENCE_TOKENS} words`;
    throw corpusError({ name, line: lines[0], expected, found: `one of ${words.length}; are blank lines missing?` });
  }

  const { scheme, isMixed } = detectScheme(read.sentences.map(({ tags }) => tags));
  if (isMixed && strict) throw mixedSchemesError(name, read.sentences);
  const { sentences, repairs } = normaliseTags(read.sentences, { name, scheme });
  if (strict && repairs.length > 0) throw repairError(name, repairs[0]);

  const entitiesByLabel = countLabels(sentences);
  if (entitiesByLabel.length > MAX_LABELS) {
    const column = read.columns === null ? 'the tags' : `column ${read.columns.tag}`;
    const expected = `at most ${MAX_LABELS} labels`;
    const found = `${entitiesByLabel.length} in ${column}; is that where the tags are?`;
    throw new AppError('malformed_corpus', `${name}: expected ${expected}, found ${found}`);
  }
  return {
    sentences,
    report: {
      name,
      format,
      scheme: read.hasTags ? scheme : null,
      columns: read.columns,
      offsetUnit: read.offsetUnit,
      documents: new Set(sentences.map(({ document }) => document)).size,
      sentences: sentences.length,
      tokens: sentences.reduce((sum, { words }) => sum + words.length, 0),
      entities: entitiesByLabel.reduce((sum, { entities }) => sum + entities, 0),
      entitiesByLabel,
      repairs: { total: repairs.length, byKind: countKinds(repairs), first: repairs.slice(0, LISTED) },
      misaligned: read.misaligned,
      overlaps: read.overlaps,
      duplicates: findDuplicates(sentences),
      notes: [...source.notes, ...read.notes],
      hints: [
        ...(isMixed ? ['tags of BIOES and of BILOU stand side by side: were two files joined?'] : []),
        ...(entitiesByLabel.length === 0 ? [NO_ENTITY_HINT] : []),
        ...read.hints,
      ],
    },
  };
}

const NO_ENTITY_HINT = 'there is no entity at all: a tagger trained on this learns to tag nothing';

function normaliseTags(
  written: readonly WrittenSentence[],
  { name, scheme }: { readonly name: string; readonly scheme: TagScheme },
): { readonly sentences: LabelledSentence[]; readonly repairs: LocatedRepair[] } {
  const repairs: LocatedRepair[] = [];
  const sentences = written.map(({ words, tags: writtenTags, lines, document }) => {
    const { tags, repairs: found } = toIob2(writtenTags, scheme);
    for (const { kind, token, tag } of found) repairs.push({ line: lines[token], kind, word: words[token], tag });
    return { words, tags, document, source: { file: name, line: lines[0] } };
  });
  return { sentences, repairs };
}

function countLabels(sentences: readonly LabelledSentence[]): CorpusReport['entitiesByLabel'] {
  const counts = new Map<string, number>();
  for (const { tags } of sentences) {
    for (const { label } of spansFromIob2(tags)) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts.keys()].sort().map((label) => ({ label, entities: counts.get(label) ?? 0 }));
}

function countKinds(repairs: readonly LocatedRepair[]): Partial<Record<RepairKind, number>> {
  const counts: Partial<Record<RepairKind, number>> = {};
  for (const { kind } of repairs) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function findDuplicates(sentences: readonly LabelledSentence[]): CorpusReport['duplicates'] {
  const firstLines = new Map<string, number>();
  const duplicates: { line: number; firstLine: number }[] = [];
  for (const { words, source } of sentences) {
    const key = sentenceKey(words);
    const firstLine = firstLines.get(key);
    if (firstLine === undefined) firstLines.set(key, source.line);
    else duplicates.push({ line: source.line, firstLine });
  }
  return { total: duplicates.length, first: duplicates.slice(0, LISTED) };
}

function repairError(name: string, { line, kind, word, tag }: LocatedRepair): AppError {
  const expected = 'tags that need no repair (strict)';
  return corpusError({ name, line, expected, found: `${quoted(tag)} on ${quoted(word)}: ${REPAIR_REASONS[kind]}` });
}

/** Why a tag needs a repair, to follow the tag in a sentence. */
export const REPAIR_REASONS: Readonly<Record<RepairKind, string>> = {
  orphan_inside: 'there is no entity before it to continue',
  label_change: 'the entity before it has another label',
  orphan_end: 'there is no entity before it to end',
  missing_end: 'the entity has no end mark',
  foreign_prefix: 'its prefix belongs to another scheme',
  needless_begin: 'IOB1 begins an entity with B only right after another one',
};

function mixedSchemesError(name: string, sentences: readonly WrittenSentence[]): AppError {
  const first = (prefixes: string) => {
    for (const { tags, lines } of sentences) {
      const token = tags.findIndex((tag) => prefixes.includes(tag[0]));
      if (token !== -1) return { tag: tags[token], line: lines[token] };
    }
    return { tag: '', line: 0 };
  };
  const bioes = first('ES');
  const bilou = first('LU');
  const [earlier, later] = bioes.line < bilou.line ? [bioes, bilou] : [bilou, bioes];
  const found = `${quoted(later.tag)} although line ${earlier.line} has ${quoted(earlier.tag)}`;
  return corpusError({ name, line: later.line, expected: 'one tag scheme in the file (strict)', found });
}
