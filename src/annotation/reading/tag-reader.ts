import { corpusError } from '#annotation/documents/corpus-source.js';
import type { WordSentence } from '#annotation/documents/document.js';
import type { WrittenSentence } from '#annotation/documents/written-sentence.js';
import { isLabel, TAG_FORM, tryParseTag } from '#annotation/tags/bio.js';
import { looseTag, safeLabel } from '#annotation/tags/loose-tags.js';
import { detectScheme, type RepairKind, type TagScheme, toIob2 } from '#annotation/tags/tag-scheme.js';
import type { AppError } from '#base/errors.js';
import { quoted } from '#base/quoted.js';
import type { LedgerBuilder } from './ledger-builder.js';

/** How the tags of a file are to be read, decided from its first sentences or from all of them. */
export interface TagReader {
  readonly scheme: TagScheme | 'plain';
  /** Two schemes with end marks stand side by side. */
  readonly isMixed: boolean;
  /** Tags of one sentence as well-formed IOB2, words without marks of no width; `null` if no word is left. */
  read(sentence: WrittenSentence): WordSentence | null;
}

export interface TagReaderOptions {
  readonly name: string;
  readonly tagKind: 'spans' | 'plain' | undefined;
  readonly labels: ReadonlyMap<string, string> | undefined;
  readonly isStrict: boolean;
  /** Numbered from 1. */
  readonly tagColumn: number | null;
  readonly ledger: LedgerBuilder;
  fault(error: AppError): void;
}

/** Neither letters nor space: byte order marks, zero-width spaces, word joiners. Joiners that change letters stay. */
const NO_WIDTH = /[\uFEFF\u200B\u2060]/g;
const HAS_NO_WIDTH = /[\uFEFF\u200B\u2060]/;
const NO_LABEL = 'NAME';
/** Without O on this share of its tokens, bare labels are classes of tokens. */
const OUTSIDE_SHARE = 0.05;

type Style = 'prefixed' | 'bare-prefixes' | 'labels' | 'plain';

export function createTagReader(sentences: readonly WrittenSentence[], options: TagReaderOptions): TagReader {
  const { ledger, name } = options;
  const counts = countTags(sentences);
  const style = styleOf(counts, options.tagKind);
  const normal = new Map<string, string | null>();
  const said = new Set<string>();
  const say = (sentence: string) => {
    if (!said.has(sentence)) ledger.notes.push(sentence);
    said.add(sentence);
  };
  const normalize = (written: string): string | null => {
    let tag = normal.get(written);
    if (tag === undefined) {
      tag = renamed(normalTag(written, style, say), options);
      normal.set(written, tag);
    }
    return tag;
  };
  if (style === 'labels') say('tags have no prefix: neighbours with the same label are read as one name');
  if (style === 'bare-prefixes') say(`tags have no label: names are labelled ${NO_LABEL}`);
  const detected =
    style === 'plain'
      ? ({ scheme: 'plain', isMixed: false } as const)
      : style === 'labels'
        ? ({ scheme: 'IOB1', isMixed: false } as const)
        : detectScheme(legalTags(sentences, normalize));
  const { scheme } = detected;

  return {
    ...detected,
    read(sentence) {
      const { words, tags: written, lines, gaps, lead } = clean(sentence, ledger);
      if (words.length === 0) return null;
      const tags: string[] = new Array(written.length);
      for (let token = 0; token < written.length; token++) {
        const tag = normalize(written[token]);
        if (tag === null) {
          options.fault(tagError(written[token], { name, line: lines[token], options, counts }));
          tags[token] = 'O';
        } else tags[token] = tag;
      }
      const line = lines[0];
      const spacing = { ...(gaps && { gaps }), ...(lead !== undefined && { lead }) };
      if (scheme === 'plain') return { words, tags, line, ...spacing };
      const { tags: iob2, repairs } = toIob2(tags, scheme);
      for (const { kind, token, tag } of repairs) {
        const repair = { line: lines[token], kind, word: words[token], tag };
        if (options.isStrict) throw repairError(name, repair);
        ledger.repair(repair);
      }
      return { words, tags: iob2, line, ...spacing };
    },
  };
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

/** The error of a file that mixes two schemes, where nothing is to be repaired. */
export function mixedSchemesError(name: string, sentences: readonly WrittenSentence[]): AppError {
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

function repairError(
  name: string,
  {
    line,
    kind,
    word,
    tag,
  }: { readonly line: number; readonly kind: RepairKind; readonly word: string; readonly tag: string },
): AppError {
  const expected = 'tags that need no repair (strict)';
  return corpusError({ name, line, expected, found: `${quoted(tag)} on ${quoted(word)}: ${REPAIR_REASONS[kind]}` });
}

interface TagCount {
  tokens: number;
  readonly line: number;
}

function countTags(sentences: readonly WrittenSentence[]): ReadonlyMap<string, TagCount> {
  const counts = new Map<string, TagCount>();
  for (const { tags, lines } of sentences) {
    for (let token = 0; token < tags.length; token++) {
      const found = counts.get(tags[token]);
      if (found === undefined) counts.set(tags[token], { tokens: 1, line: lines[token] });
      else found.tokens++;
    }
  }
  return counts;
}

function styleOf(counts: ReadonlyMap<string, TagCount>, kind: TagReaderOptions['tagKind']): Style {
  if (kind === 'plain') return 'plain';
  const tags = [...counts];
  const isOutside = (tag: string) => looseTag(tag) === 'O';
  if (tags.some(([tag]) => !isOutside(tag) && looseTag(tag) !== null)) return 'prefixed';
  const labels = tags.filter(([tag]) => !isOutside(tag));
  const sum = (list: readonly (readonly [string, TagCount])[]) =>
    list.reduce((total, [, { tokens }]) => total + tokens, 0);
  const total = sum(tags);
  const outside = total - sum(labels);
  if (labels.length === 0) return 'prefixed';
  const isBare = labels.every(([tag]) => /^[BIESLUM]$/.test(tag)) && labels.some(([tag]) => /^[BSU]$/.test(tag));
  if (isBare && outside > 0) return 'bare-prefixes';
  if (!labels.every(([tag]) => safeLabel(tag) !== null)) return 'prefixed';
  if (kind === 'spans' || outside > total * OUTSIDE_SHARE) return isLabelSet(labels, total / 2) ? 'labels' : 'prefixed';
  return isLabelSet(labels, total / 4) ? 'plain' : 'prefixed';
}

/** Few different ones, or written as labels are; else they are words of another column. */
function isLabelSet(labels: readonly (readonly [string, TagCount])[], most: number): boolean {
  return labels.length <= most || labels.every(([tag]) => /^[\p{Lu}\p{N}\p{P}\p{S}]+$/u.test(tag));
}

function normalTag(written: string, style: Style, say: (sentence: string) => void): string | null {
  if (style === 'plain') {
    if (written === 'O') return 'O';
    const label = safeLabel(written);
    return label === null ? null : `B-${label}`;
  }
  if (style === 'bare-prefixes' && /^[BIESLUM]$/.test(written)) {
    return `${written === 'M' ? 'I' : written}-${NO_LABEL}`;
  }
  const tag = looseTag(written);
  if (tag !== null) {
    if (tag !== written) say(`tags ${quoted(written)} read as ${tag}`);
    return tag;
  }
  if (style !== 'labels') return null;
  const label = safeLabel(written);
  if (label !== null && label !== written) say(`labels ${quoted(written)} spelled ${label}`);
  return label === null ? null : `I-${label}`;
}

function renamed(tag: string | null, { labels, ledger }: Pick<TagReaderOptions, 'labels' | 'ledger'>): string | null {
  if (tag === null || labels === undefined || tag === 'O') return tag;
  const label = labels.get(tag.slice(2));
  if (label === undefined) return tag;
  ledger.renamedLabels.add(tag.slice(2));
  return `${tag.slice(0, 2)}${label}`;
}

function* legalTags(
  sentences: readonly WrittenSentence[],
  normalize: (tag: string) => string | null,
): Generator<readonly string[]> {
  for (const { tags } of sentences) yield tags.map((tag) => normalize(tag) ?? 'O');
}

/** Words without marks of no width; what is nothing else is no word. */
function clean(sentence: WrittenSentence, ledger: LedgerBuilder): WrittenSentence {
  if (!sentence.words.some((word) => HAS_NO_WIDTH.test(word))) return sentence;
  const words: string[] = [];
  const tags: string[] = [];
  const lines: number[] = [];
  for (const [token, word] of sentence.words.entries()) {
    const cleaned = word.replace(NO_WIDTH, '');
    if (cleaned !== word) ledger.count('{n} words cleaned of byte order marks or other marks of no width');
    if (cleaned === '') {
      ledger.leaveOut(sentence.lines[token], 'a word of nothing but marks of no width');
      continue;
    }
    words.push(cleaned);
    tags.push(sentence.tags[token]);
    lines.push(sentence.lines[token]);
  }
  return { words, tags, lines };
}

function tagError(
  tag: string,
  {
    name,
    line,
    options: { tagColumn },
    counts,
  }: {
    readonly name: string;
    readonly line: number;
    readonly options: TagReaderOptions;
    readonly counts: ReadonlyMap<string, TagCount>;
  },
): AppError {
  const place = tagColumn === null ? '' : ` in column ${tagColumn}`;
  const found = quoted(tag) + hintOnTag(tag, { line, counts });
  return corpusError({ code: 'invalid_tag', name, line, expected: `${TAG_FORM}${place}`, found });
}

function hintOnTag(tag: string, { line, counts }: { line: number; counts: ReadonlyMap<string, TagCount> }): string {
  if (/^[BIESLUM]$/.test(tag)) return `; it lacks a label, such as ${tag}-PER`;
  const isLabelOfOthers = [...counts.keys()].some((other) => tryParseTag(other)?.label === tag);
  if (isLabelOfOthers || (/^[A-Z]{2,}$/.test(tag) && isLabel(tag))) return `; a label needs a prefix, such as B-${tag}`;
  const firstLine = Math.min(...[...counts.values()].map((count) => count.line));
  return line === firstLine ? '; is the tag in the last column, and is this line no heading?' : '';
}
