import { normalizeWord, wordShape } from '#annotation/text/word-shape.js';
import { fnv1a } from '#base/fnv.js';
import type { VectorTable } from '#tagging/vectors/vector-table.js';
import { buildCharacterVocabulary } from './characters.js';
import { buildVocabulary, createVocabulary, type Vocabulary } from './vocabulary.js';

/**
 * What the network sees of a word: one id per feature, each looked up in an embedding table of its own and laid side by
 * side. All depend on the word alone, never on its neighbours.
 */
export interface Feature {
  /** Names the table: `embedding.<name>.weight`. */
  readonly name: string;
  /** V: rows of the table. */
  readonly size: number;
  /** E: columns of the table. */
  readonly dimension: number;
  /** Its rows are added to those of the feature before it, not laid beside them. */
  readonly isAddend?: boolean;
  /** Row of a word, -1 for none at all. */
  id(word: string): number;
}

export interface FeatureOptions {
  readonly fine_tune_vectors: boolean;
  readonly word_dimension: number;
  readonly word_min_count: number;
  readonly word_limit: number;
  readonly affix_dimension: number;
  readonly affix_buckets: number;
  readonly shape_dimension: number;
  readonly char_filters: number;
}

/** The words the features know: saved with the model, all but the vectors learned from the training data. */
export interface FeatureVocabularies {
  readonly words: Vocabulary;
  readonly shapes: Vocabulary;
  /** Knows none where no network looks at characters. */
  readonly characters: Vocabulary;
  readonly vectors?: VectorTable | undefined;
}

/** The learned ones as a model directory holds them; index 0 of each list is the unknown word. */
export type FeatureLists = Readonly<Record<'words' | 'shapes' | 'characters', readonly string[]>>;

const SHAPE_MINIMUM_COUNT = 2;
const SHAPE_LIMIT = 500;
/** Hashed, so that a suffix never seen in training still finds the row of its bucket. */
const AFFIXES = [
  { name: 'prefix3', of: (letters: string[]) => letters.slice(0, 3) },
  { name: 'suffix2', of: (letters: string[]) => letters.slice(-2) },
  { name: 'suffix3', of: (letters: string[]) => letters.slice(-3) },
  { name: 'suffix4', of: (letters: string[]) => letters.slice(-4) },
] as const;

export function buildFeatureVocabularies(
  words: readonly string[],
  options: FeatureOptions,
  vectors?: VectorTable,
): FeatureVocabularies {
  return {
    vectors,
    words: buildVocabulary(words.map(normalizeWord), {
      minimumCount: options.word_min_count,
      maximumSize: options.word_limit,
    }),
    shapes: buildVocabulary(words.map(wordShape), { minimumCount: SHAPE_MINIMUM_COUNT, maximumSize: SHAPE_LIMIT }),
    characters: options.char_filters > 0 ? buildCharacterVocabulary(words) : createVocabulary([]),
  };
}

export function featureVocabulariesFrom(
  { words, shapes, characters }: FeatureLists,
  vectors?: VectorTable,
): FeatureVocabularies {
  const from = (list: readonly string[]): Vocabulary => createVocabulary(list.slice(1));
  return { words: from(words), shapes: from(shapes), characters: from(characters), vectors };
}

/** What was known before with its ids, then what is new. */
export function extendVocabularies(known: FeatureVocabularies, more: FeatureVocabularies): FeatureVocabularies {
  const union = (part: 'words' | 'shapes' | 'characters'): Vocabulary =>
    createVocabulary([...new Set([...known[part].words.slice(1), ...more[part].words.slice(1)])]);
  return { vectors: more.vectors, words: union('words'), shapes: union('shapes'), characters: union('characters') };
}

export function featureListsOf({ words, shapes, characters }: FeatureVocabularies): FeatureLists {
  return { words: words.words, shapes: shapes.words, characters: characters.words };
}

/** The features that the options turn on: a dimension of 0 turns one off. Characters are no feature: they are many a word. */
export function createFeatures({ words, shapes, vectors }: FeatureVocabularies, options: FeatureOptions): Feature[] {
  const { word_dimension, affix_dimension, affix_buckets, shape_dimension, fine_tune_vectors } = options;
  const word = { size: words.words.length, id: (text: string) => words.id(normalizeWord(text)) };
  const dimension = vectors?.dimension ?? 0;
  const all: Feature[] = [
    { name: 'vector', size: vectors?.size ?? 0, dimension, id: (text) => vectors?.id(text) ?? -1 },
    // What training adds to the frozen vectors of the words it has seen.
    { ...word, name: 'vector_delta', dimension: fine_tune_vectors ? dimension : 0, isAddend: true },
    { ...word, name: 'word', dimension: word_dimension },
    ...AFFIXES.map(
      ({ name, of }): Feature => ({
        name,
        size: affix_buckets,
        dimension: affix_dimension,
        id: (word) => fnv1a(of([...normalizeWord(word)]).join('')) % affix_buckets,
      }),
    ),
    {
      name: 'shape',
      size: shapes.words.length,
      dimension: shape_dimension,
      id: (word) => shapes.id(wordShape(word)),
    },
  ];
  return all.filter(({ dimension }) => dimension > 0);
}
