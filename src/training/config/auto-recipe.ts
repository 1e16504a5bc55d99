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
/** Without vectors all is learned from the corpus alone: of few sentences in small minibatches, for the steps that gives. */
const SMALL_BATCHES = { batch_size: 8 } as const;

/** Chooses a recipe for a corpus as one would who had measured all of them on others like it. One-way networks only. */
export function chooseRecipe({ sentences, names, labels, hasVectors }: CorpusFacts): AutomaticRecipe {
  const size = `${sentences} sentences with ${names} names`;
  if (!hasVectors) {
    // `accurate` and `tiny` have no learned vectors of whole words: without pretrained ones they read spelling alone.
    const why = `without pretrained word vectors all must be learnt from ${size}`;
    if (sentences >= FEW_SENTENCES) return choice('names', {}, why);
    return choice('names', SMALL_BATCHES, `${why}, in small steps`);
  }
  if (sentences >= FEW_SENTENCES) {
    return choice('accurate', {}, `${size} are enough for an LSTM, which finds more names than the plain network`);
  }
  if (labels >= MANY_LABELS) {
    return choice(
      'names',
      SMALL_BATCHES,
      `${labels} labels are told apart by their words, whose vectors must be free to change`,
    );
  }
  return choice('tiny', {}, `${size} are too few to change word vectors by; a small network around them finds most`);
}

function choice(name: string, more: Recipe['options'], why: string): AutomaticRecipe {
  const set = Object.entries(more).map(([key, value]) => ` --set ${key}=${value}`);
  return {
    name,
    options: { ...RECIPES[name].options, ...more },
    remarks: [`Recipe: ${name}${set.join('')} (--recipe auto).`, `Why: ${why}.`],
  };
}
