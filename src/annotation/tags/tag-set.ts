import { AppError } from '#base/errors.js';
import { shown } from '#base/quoted.js';
import { assertLabel, type EntityPrefix, parseTag } from './bio.js';
import { fromIob2, type TagScheme, toIob2 } from './tag-scheme.js';

/**
 * BIOES tells the network where entities end, at the price of twice as many classes. Plain tags are one class a token: each
 * is written `B-` and the class, so that every token is a span of its own, and any may follow any.
 */
export type TagFormat = 'bio' | 'bioes' | 'plain';

/**
 * The K classes of a tagger: every tag, its id, and which may follow which. Never changes once made.
 *
 * Ids: 0 is `O`, then label by label in code-unit order, `B, I`, `B, I, E, S`, or `B` alone each.
 */
export interface TagSet {
  readonly format: TagFormat;
  /** Without prefix, in code-unit order. */
  readonly labels: readonly string[];
  /** K tags; the index is the id. */
  readonly tags: readonly string[];
  /** (K, K): `allowedTransitions[from * K + to]` is 1 where tag `to` may follow tag `from` in a sentence, else 0. */
  readonly allowedTransitions: Uint8Array;
  /** (K): 1 where a sentence may begin with the tag. */
  readonly allowedStart: Uint8Array;
  /** (K): 1 where a sentence may end with the tag. */
  readonly allowedEnd: Uint8Array;
  /** @throws {AppError} `invalid_tag` if the tag is not one of `tags`. */
  id(tag: string): number;
  /** `O`, or the letter before the hyphen. */
  prefix(id: number): 'O' | EntityPrefix;
  /** Index into `labels`; -1 for `O`. */
  labelIndex(id: number): number;
  /**
   * Ids of the IOB2 tags of one sentence.
   *
   * @throws {AppError} `invalid_tag` for a label that the set has not.
   */
  encode(iob2Tags: readonly string[]): Int32Array;
  /**
   * IOB2 tags of one sentence, well-formed even if the ids are not (see `toIob2`).
   *
   * @throws {AppError} `invalid_argument` for an id out of range.
   */
  decode(ids: ArrayLike<number>): string[];
}

const PREFIXES: Readonly<Record<TagFormat, readonly EntityPrefix[]>> = {
  bio: ['B', 'I'],
  bioes: ['B', 'I', 'E', 'S'],
  plain: ['B'],
};

const SCHEME: Readonly<Record<TagFormat, TagScheme>> = { bio: 'IOB2', bioes: 'BIOES', plain: 'IOB2' };

/**
 * @param labels At least one, no two the same, in any order.
 * @throws {AppError} `invalid_argument`, or `invalid_tag` for an illegal label.
 */
export function createTagSet(labels: readonly string[], format: TagFormat): TagSet {
  if (!Object.hasOwn(PREFIXES, format)) {
    throw new AppError('invalid_argument', `"format" must be "bio", "bioes" or "plain", found ${shown(format)}`);
  }
  if (labels.length === 0) throw new AppError('invalid_argument', '"labels" must hold at least one label, found none');
  labels.forEach(assertLabel);
  const sorted = [...labels].sort(byCodeUnits);
  const repeated = sorted.find((label, index) => label === sorted[index + 1]);
  if (repeated !== undefined) {
    throw new AppError('invalid_argument', `"labels" must differ from each other, found "${repeated}" twice`);
  }

  const tags = ['O', ...sorted.flatMap((label) => PREFIXES[format].map((prefix) => `${prefix}-${label}`))];
  const prefixes = tags.map((tag) => parseTag(tag).prefix);
  const ids = new Map(tags.map((tag, id) => [tag, id]));
  const prefixesPerLabel = PREFIXES[format].length;
  const labelIndex = (id: number) => (id === 0 ? -1 : Math.floor((id - 1) / prefixesPerLabel));

  const id = (tag: string): number => {
    const found = ids.get(tag);
    if (found === undefined) throw new AppError('invalid_tag', `expected one of ${summary(tags)}, found "${tag}"`);
    return found;
  };

  return Object.freeze<TagSet>({
    format,
    labels: Object.freeze(sorted),
    tags: Object.freeze(tags),
    ...transitionTables({ prefixes, labelIndex, format }),
    id,
    prefix: (tagId) => prefixes[tagId],
    labelIndex,
    encode(iob2Tags) {
      const written = fromIob2(iob2Tags, SCHEME[format]);
      return Int32Array.from(format === 'plain' ? written.map(asPlain) : written, id);
    },
    decode(tagIds) {
      const written = Array.from(tagIds, (tagId) => {
        if (tagId in tags) return tags[tagId];
        throw new AppError('invalid_argument', `"ids" must be integers from 0 to ${tags.length - 1}, found ${tagId}`);
      });
      return toIob2(written, SCHEME[format]).tags;
    },
  });
}

/** A name of several tokens among plain tags is as many tokens of its class. */
function asPlain(tag: string): string {
  return tag === 'O' ? tag : `B-${tag.slice(2)}`;
}

/** Which tag may follow which: an entity that is open must be continued or, where ends are marked, ended. */
function transitionTables({
  prefixes,
  labelIndex,
  format,
}: {
  readonly prefixes: readonly ('O' | EntityPrefix)[];
  readonly labelIndex: (id: number) => number;
  readonly format: TagFormat;
}): Pick<TagSet, 'allowedTransitions' | 'allowedStart' | 'allowedEnd'> {
  const marksEnds = format === 'bioes';
  const isOpenAfter = (id: number) => prefixes[id] === 'B' || prefixes[id] === 'I';
  const continues = (id: number) => prefixes[id] === 'I' || prefixes[id] === 'E';
  const mayFollow = (from: number, to: number) => {
    if (continues(to)) return isOpenAfter(from) && labelIndex(from) === labelIndex(to);
    return !(marksEnds && isOpenAfter(from));
  };

  const tagCount = prefixes.length;
  const allowedTransitions = new Uint8Array(tagCount * tagCount);
  const allowedStart = new Uint8Array(tagCount);
  const allowedEnd = new Uint8Array(tagCount);
  for (let from = 0; from < tagCount; from++) {
    allowedStart[from] = continues(from) ? 0 : 1;
    allowedEnd[from] = marksEnds && isOpenAfter(from) ? 0 : 1;
    for (let to = 0; to < tagCount; to++) allowedTransitions[from * tagCount + to] = mayFollow(from, to) ? 1 : 0;
  }
  return { allowedTransitions, allowedStart, allowedEnd };
}

/** Not `localeCompare`: the ids of a saved model must not depend on the language of the machine. */
function byCodeUnits(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function summary(tags: readonly string[]): string {
  return tags.length <= 13 ? tags.join(', ') : `${tags.slice(0, 12).join(', ')}, … (${tags.length} tags)`;
}
