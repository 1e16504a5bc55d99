import { AppError } from '../errors.js';

/** A named set of options; `--config` and `--set` override it. */
export interface Recipe {
  readonly summary: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export const RECIPES: Readonly<Record<string, Recipe>> = {
  names: {
    summary: 'the default: a one-way tanh RNN with two words of look-ahead, trained with Adam',
    options: {},
  },
};

export function findRecipe(name: string): Recipe {
  const recipe = Object.hasOwn(RECIPES, name) ? RECIPES[name] : undefined;
  if (recipe) return recipe;
  throw new AppError(
    'invalid_argument',
    `--recipe: expected one of ${Object.keys(RECIPES).join(', ')}, found "${name}"`,
  );
}
