import type { Recipe } from './recipes.js';
import { RECIPES } from './recipes.js';

/** What tells the recipes apart: all of it is known before the training begins. */
export interface CorpusFacts {
  readonly sentences: number;
  /** Annotated names. */
  readonly names: number;
  readonly labels: number;
  /** Whether there are pretrained vectors that know most of the words. */
  readonly hasVectors: boolean;
}

export interface AutomaticRecipe {
  /** One of RECIPES. */
  readonly name: string;
  readonly options: Recipe['options'];
  /** Two lines: what was chosen, and why. */
  readonly remarks: readonly [string, string];
}

/** Where the recipes change places on learning curves of three corpora (docs/quality.md). */
export const FEW_SENTENCES = 2000;
/** So many labels are told apart by the words themselves, which a network that may change their vectors does better. */
const MANY_LABELS = 8;
/** All is learned from the corpus alone: of few sentences in small minibatches, for the steps that gives. */
const SMALL_BATCHES = { batch_size: 8 } as const;
/**
 * So many sentences teach a small network letters too: on 500 and 1,000 of four corpora 0.7 F1 more in the mean, and 5 in small
 * letters; of 250 as often less as more.
 */
const SENTENCES_FOR_LETTERS = 500;
const LETTERS = { char_filters: 30 } as const;
/**
 * Without vectors the spelling tells most: what CRFs for names have read of old, embedded. Of few sentences each is read as it
 * stands more often, and more of each is kept; many are enough for an LSTM that learns a vector of its own for every word.
 */
const SPELLING_OF_FEW = {
  ...SMALL_BATCHES,
  affix_dimension: 24,
  shape_dimension: 16,
  dropout: 0.3,
  case_augmentation: 0.05,
} as const;
/** A CRF costs 4 F1 on the 3,394 sentences of WNUT-17 and gains on 4,000 and more of three other corpora (docs/quality.md). */
const SENTENCES_FOR_A_CRF = 4000;
const NEIGHBOURS = { crf: true } as const;
const SPELLING_OF_MANY = { affix_dimension: 24, word_dimension: 64, crf: true, learn_rate: 0.003 } as const;

/** Chooses a recipe for a corpus as one would who had measured all of them on others like it. One-way networks only. */
export function chooseRecipe({ sentences, names, labels, hasVectors }: CorpusFacts): AutomaticRecipe {
  const size = `${sentences} sentences with ${names} names`;
  if (!hasVectors) {
    // `tiny` has no learned vectors of words, and reads neither letters nor affixes: nothing but shapes.
    const why = `without pretrained word vectors all must be learnt from the words and the spelling of ${size}`;
    if (sentences >= FEW_SENTENCES) return choice('accurate', SPELLING_OF_MANY, why);
    return choice('names', SPELLING_OF_FEW, `${why}, in small steps`);
  }
  if (sentences >= FEW_SENTENCES) {
    const neighbours = sentences >= SENTENCES_FOR_A_CRF ? NEIGHBOURS : {};
    return choice(
      'accurate',
      neighbours,
      `${size} are enough for an LSTM, which finds more names than the plain network`,
    );
  }
  if (labels >= MANY_LABELS) {
    return choice(
      'names',
      { ...SMALL_BATCHES, shape_dimension: 16 },
      `${labels} labels are told apart by their words, whose vectors must be free to change`,
    );
  }
  const letters = sentences >= SENTENCES_FOR_LETTERS ? LETTERS : {};
  return choice(
    'tiny',
    letters,
    `${size} are too few to change word vectors by; a small network around them finds most`,
  );
}

function choice(name: string, more: Recipe['options'], why: string): AutomaticRecipe {
  const set = Object.entries(more).map(([key, value]) => ` --set ${key}=${value}`);
  return {
    name,
    options: { ...RECIPES[name].options, ...more },
    remarks: [`Recipe: ${name}${set.join('')} (--recipe auto).`, `Why: ${why}.`],
  };
}
