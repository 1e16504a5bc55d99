import type { LabelledSentence } from '#annotation/documents/labelled-sentence.js';
import { spansFromIob2 } from '#annotation/tags/spans.js';
import type { Random } from '#base/random.js';

/** Words of a name, as the tokenizer cuts them. */
export type Name = readonly string[];

/** Names to put in the place of others: for each label lists, each of names of one source. */
export type NameLists = Readonly<Record<string, readonly (readonly Name[])[]>>;

/** Puts other names of the same label and kind in the place of those of a sentence; the same sentence if it has none. */
export type NameExchange = (sentence: LabelledSentence, random: Random) => LabelledSentence;

/** Names that must share a first or last word before it makes a kind of its own: *University of …*, *… Party*. */
const FEWEST_OF_A_HEAD = 20;
/** Names a kind must have in a source to be drawn from it; a kind with fewer would give the same names again and again. */
const FEWEST_OF_A_KIND = 5;
/** From this many words on, how many there are makes no difference. */
const MANY_WORDS = 4;
/** A longer word in capitals is one that is shouted, a shorter one an abbreviation that is always written so. */
const LONGEST_ABBREVIATION = 5;

/**
 * Learns which names there are and of which kinds. Half of the names drawn are those of the corpus, the others come from the
 * lists, from each of them that has the kind alike, however long it is.
 */
export function createNameExchange(sentences: readonly LabelledSentence[], lists: NameLists = {}): NameExchange {
  const own = namesOf(sentences);
  const labels = [...own.keys()].sort();
  const isHead = headTest(
    sentences,
    labels.map((label) => [...(own.get(label) ?? []), ...(lists[label] ?? []).flat()]),
  );
  const kindOf = (name: Name): string => kindOfName(name, isHead);
  const byKind = (names: readonly Name[]): ReadonlyMap<string, Name[]> => {
    const kinds = groupBy(names, kindOf);
    for (const [kind, { length }] of kinds) if (length < FEWEST_OF_A_KIND) kinds.delete(kind);
    return kinds;
  };
  const sources = new Map(
    labels.map((label) => [
      label,
      { own: byKind(own.get(label) ?? []), lists: (lists[label] ?? []).map((list) => byKind(list)) },
    ]),
  );

  const another = (label: string, name: Name, random: Random): Name => {
    const source = sources.get(label);
    if (!source) return name;
    const kind = kindOf(name);
    const listed = source.lists.map((list) => list.get(kind)).filter((names) => names !== undefined);
    const ofCorpus = source.own.get(kind);
    const isOwn = ofCorpus !== undefined && (listed.length === 0 || random.next() < 0.5);
    const names = isOwn ? ofCorpus : listed[random.integer(Math.max(1, listed.length))];
    return names === undefined ? name : inCaseOf(name, names[random.integer(names.length)]);
  };

  return (sentence, random) => {
    const spans = spansFromIob2(sentence.tags);
    if (spans.length === 0) return sentence;
    const words: string[] = [];
    const tags: string[] = [];
    let at = 0;
    for (const { label, startToken, endToken } of spans) {
      const name = another(label, sentence.words.slice(startToken, endToken), random);
      words.push(...sentence.words.slice(at, startToken), ...name);
      tags.push(...sentence.tags.slice(at, startToken), ...name.map((_, i) => `${i === 0 ? 'B' : 'I'}-${label}`));
      at = endToken;
    }
    words.push(...sentence.words.slice(at));
    tags.push(...sentence.tags.slice(at));
    return { ...sentence, words, tags };
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Each name once, by label, in the order of the corpus. */
function namesOf(sentences: readonly LabelledSentence[]): ReadonlyMap<string, Name[]> {
  const all = sentences.flatMap(({ words, tags }) =>
    spansFromIob2(tags).map(({ label, startToken, endToken }) => ({ label, name: words.slice(startToken, endToken) })),
  );
  const distinct = new Map(all.map((one) => [`${one.label} ${one.name.join(' ')}`, one]));
  const byLabel = groupBy([...distinct.values()], ({ label }) => label);
  return new Map([...byLabel].map(([label, names]) => [label, names.map(({ name }) => name)]));
}

/**
 * Whether a word at the edge of a name says of what kind the name is: many names have it there, and it is a word of the
 * language too, since it occurs in small letters where no name is. So *party* and *river* are, *John* and *Smith* are not.
 */
function headTest(
  sentences: readonly LabelledSentence[],
  namesByLabel: readonly (readonly Name[])[],
): (word: string) => boolean {
  const common = new Set<string>();
  for (const { words, tags } of sentences) {
    words.forEach((word, t) => {
      if (tags[t] === 'O' && word === word.toLowerCase()) common.add(word);
    });
  }
  const heads = new Set<string>();
  for (const names of namesByLabel) {
    const counts = new Map<string, number>();
    for (const name of names) {
      if (name.length < 2) continue;
      for (const edge of new Set([name[0].toLowerCase(), name[name.length - 1].toLowerCase()])) {
        counts.set(edge, (counts.get(edge) ?? 0) + 1);
      }
    }
    for (const [word, count] of counts) {
      if (count >= FEWEST_OF_A_HEAD && common.has(word) && /\p{L}{2}/u.test(word)) heads.add(word);
    }
  }
  return (word) => heads.has(word.toLowerCase());
}

function kindOfName(name: Name, isHead: (word: string) => boolean): string {
  if (name.length === 1) return isAbbreviation(name[0]) ? 'abbreviation' : 'one word';
  const last = name[name.length - 1];
  if (isHead(last)) return `… ${last.toLowerCase()}`;
  if (isHead(name[0])) return `${name[0].toLowerCase()} …`;
  return `${Math.min(name.length, MANY_WORDS)} words`;
}

function isAbbreviation(word: string): boolean {
  return word.length <= LONGEST_ABBREVIATION && /^\p{Lu}[\p{Lu}.&]+$/u.test(word);
}

/** A name written as another one is where that is all in small letters or all in capitals. */
function inCaseOf(model: Name, name: Name): Name {
  const text = model.join(' ');
  const [lower, upper] = [text.toLowerCase(), text.toUpperCase()];
  if (lower === upper) return name;
  if (text === lower) return name.map((word) => word.toLowerCase());
  const isShouted = text === upper && model.some((word) => !isAbbreviation(word) && word.length > 1);
  return isShouted ? name.map((word) => word.toUpperCase()) : name;
}
