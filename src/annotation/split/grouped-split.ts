import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { sentenceKey } from '#annotation/documents/sentence-key.js';
import { AppError } from '#base/errors.js';
import { PART_NAMES, type PartName } from './part-names.js';

export interface CorpusParts {
  readonly train: readonly LabelledSentence[];
  readonly dev: readonly LabelledSentence[];
  readonly test: readonly LabelledSentence[];
}

export interface CorpusSplit extends CorpusParts {
  /** Whether whole documents were dealt out or, where that could not be done, single sentences. */
  readonly unit: 'document' | 'sentence';
}

export interface SplitOptions {
  /** Uniform in [0, 1). The same numbers give the same split. */
  readonly random: { next(): number };
  /** Of the sentences; they add up to 1. A part with share 0 stays empty. */
  readonly shares?: Readonly<Record<PartName, number>>;
}

const DEFAULT_SHARES = { train: 0.8, dev: 0.1, test: 0.1 } as const;

/**
 * Deals a corpus out into three parts without leakage: all sentences of a document and all sentences with the same words
 * come into the same part, in the order they have in the corpus.
 *
 * Single sentences are dealt out instead of documents if there are fewer documents than parts, or if repeated sentences
 * tie so many documents together that they would not fit into the largest part. Sentences with the same words stay
 * together even then.
 *
 * @throws {AppError} `invalid_argument` for illegal shares, `empty_corpus`
 */
export function splitCorpus(
  sentences: readonly LabelledSentence[],
  { random, shares = DEFAULT_SHARES }: SplitOptions,
): CorpusSplit {
  checkShares(shares);
  if (sentences.length === 0) throw new AppError('empty_corpus', '"sentences" must hold at least one, found none');
  const names = PART_NAMES.filter((name) => shares[name] > 0);

  const { groups, unit } = groupsToDeal(sentences, {
    parts: names.length,
    largestShare: Math.max(...names.map((name) => shares[name])),
  });

  const partOf = dealOut<PartName>({ groups, names, shares, random });
  const part = (name: PartName) => sentences.filter((_, index) => partOf[index] === name);
  return { train: part('train'), dev: part('dev'), test: part('test'), unit };
}

/** Which fold each sentence is in, from 0, and how many folds there are. */
export interface Folds {
  readonly count: number;
  readonly of: readonly number[];
}

/**
 * Deals a corpus out into parts of about the same size, as {@link splitCorpus} does: no document and no sentence is in two of
 * them. There are fewer folds than asked for where there are not as many different sentences.
 */
export function splitIntoFolds(
  sentences: readonly LabelledSentence[],
  { count, random }: { readonly count: number; readonly random: SplitOptions['random'] },
): Folds {
  const { groups } = groupsToDeal(sentences, { parts: count, largestShare: 1 / count });
  const names = Array.from({ length: Math.min(count, groups.length) }, (_, fold) => String(fold));
  const shares = Object.fromEntries(names.map((name) => [name, 1 / names.length]));
  return { count: names.length, of: dealOut({ groups, names, shares, random }).map(Number) };
}

function groupsToDeal(
  sentences: readonly LabelledSentence[],
  { parts, largestShare }: { readonly parts: number; readonly largestShare: number },
): { readonly groups: readonly (readonly number[])[]; readonly unit: CorpusSplit['unit'] } {
  const byDocument = groupsThatShare(sentences, ({ words, document }) => [`d ${document}`, `s ${sentenceKey(words)}`]);
  const largestPart = largestShare * sentences.length;
  const documentCount = new Set(sentences.map(({ document }) => document)).size;
  const isDivisible =
    documentCount >= parts &&
    byDocument.length >= parts &&
    !byDocument.some((group) => group.length > largestPart && holdsSeveralDocuments(group, sentences));
  return isDivisible
    ? { groups: byDocument, unit: 'document' }
    : { groups: groupsThatShare(sentences, ({ words }) => [sentenceKey(words)]), unit: 'sentence' };
}

/** The part of each sentence. Groups are dealt largest first, each to the part that lacks most. */
function dealOut<Name extends string>({
  groups,
  names,
  shares,
  random,
}: {
  readonly groups: readonly (readonly number[])[];
  readonly names: readonly Name[];
  readonly shares: Readonly<Record<Name, number>>;
  readonly random: SplitOptions['random'];
}): Name[] {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const parts = names
    .map((name) => ({ name, lacks: shares[name] * total, isEmpty: true }))
    .sort((left, right) => right.lacks - left.lacks);
  const partOf = new Array<Name>(total);
  const order = shuffled(groups, random).sort((left, right) => right.length - left.length);
  order.forEach((group, index) => {
    const empty = parts.filter((part) => part.isEmpty);
    // The last groups are kept for parts that would get nothing otherwise.
    const candidates = empty.length > 0 && order.length - index <= empty.length ? empty : parts;
    const part = candidates.reduce((best, other) => (other.lacks > best.lacks ? other : best));
    part.lacks -= group.length;
    part.isEmpty = false;
    for (const sentence of group) partOf[sentence] = part.name;
  });
  return partOf;
}

/** Indexes of sentences, grouped so that any two that have a key in common are in one group (union-find). */
function groupsThatShare(
  sentences: readonly LabelledSentence[],
  keysOf: (sentence: LabelledSentence) => readonly string[],
): number[][] {
  const parents = sentences.map((_, index) => index);
  const rootOf = (index: number) => {
    let root = index;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  };
  const firstWithKey = new Map<string, number>();
  sentences.forEach((sentence, index) => {
    for (const key of keysOf(sentence)) {
      const first = firstWithKey.get(key);
      if (first === undefined) firstWithKey.set(key, index);
      else parents[rootOf(index)] = rootOf(first);
    }
  });
  const groups = new Map<number, number[]>();
  for (const index of parents.keys()) {
    const root = rootOf(index);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [index]);
    else group.push(index);
  }
  return [...groups.values()];
}

function holdsSeveralDocuments(group: readonly number[], sentences: readonly LabelledSentence[]): boolean {
  return group.some((index) => sentences[index].document !== sentences[group[0]].document);
}

/** Fisher-Yates, on a copy. */
function shuffled<T>(items: readonly T[], random: SplitOptions['random']): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const chosen = Math.floor(random.next() * (last + 1));
    [result[last], result[chosen]] = [result[chosen], result[last]];
  }
  return result;
}

function checkShares(shares: Readonly<Record<PartName, number>>): void {
  const values = PART_NAMES.map((name) => shares[name]);
  const sum = values.reduce((left, right) => left + right, 0);
  if (values.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-6) return;
  const found = PART_NAMES.map((name) => `${name} ${shares[name]}`).join(', ');
  throw new AppError('invalid_argument', `"shares" must be at least 0 and add up to 1, found ${found}`);
}
