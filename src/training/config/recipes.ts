import { AppError } from '#base/errors.js';

/** A named set of options; `--config` and `--set` override it. */
export interface Recipe {
  readonly summary: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export const RECIPES: Readonly<Record<string, Recipe>> = {
  names: {
    summary: 'a plain one-way tanh RNN with two words of look-ahead, trained with Adam; under a minute',
    options: {},
  },
  accurate: {
    summary: 'the best scores: a one-way LSTM of 200 units; takes minutes',
    options: {
      rnn_type: 'lstm',
      hidden_size: 200,
      crf: false,
      word_dimension: 0,
      shape_dimension: 16,
      warmup_steps: 200,
    },
  },
  tiny: {
    summary: 'for a few hundred sentences: frozen vectors, nothing to learn by heart, many small steps',
    options: {
      fine_tune_vectors: false,
      word_dimension: 0,
      char_filters: 0,
      shape_dimension: 16,
      batch_size: 8,
      max_epochs: 40,
      patience: 40,
      weight_average: 0.99,
    },
  },
};

/** Stands for the recipe that suits the corpus (auto-recipe.ts). */
export const AUTO = 'auto';

export function findRecipe(name: string): Recipe {
  const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
  if (recipe) return recipe;
  throw new AppError(
    'invalid_argument',
    `--recipe: expected one of ${[AUTO, ...Object.keys(RECIPES)].join(', ')}, found "${name}"`,
  );
}
