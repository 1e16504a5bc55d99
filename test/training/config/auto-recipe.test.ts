import { describe, expect, test } from 'vitest';
import { chooseRecipe } from '#training/config/auto-recipe.js';
import { RECIPES } from '#training/config/recipes.js';
import { parseRunConfig } from '#training/config/training-config.js';

const facts = { sentences: 250, names: 180, labels: 3, hasVectors: true };

describe('chooseRecipe', () => {
  test.each([
    ['few sentences', {}, 'tiny'],
    ['just too few', { sentences: 1999 }, 'tiny'],
    ['many sentences', { sentences: 2000 }, 'accurate'],
    ['many sentences and labels', { sentences: 5000, labels: 17 }, 'accurate'],
    [
      'many sentences without vectors, of which accurate would read nothing but spelling',
      { sentences: 2000, hasVectors: false },
      'names',
    ],
    ['few sentences without vectors, of which tiny would read nothing but shapes', { hasVectors: false }, 'names'],
    ['few sentences of many labels', { labels: 8 }, 'names'],
  ])('%s', (_, some, name) => {
    expect(chooseRecipe({ ...facts, ...some }).name).toBe(name);
  });

  test('says in two lines what and why, as one would ask for it by hand', () => {
    expect(chooseRecipe({ ...facts, hasVectors: false }).remarks).toEqual([
      'Recipe: names --set batch_size=8 (--recipe auto).',
      'Why: without pretrained word vectors all must be learnt from 250 sentences with 180 names, in small steps.',
    ]);
    expect(chooseRecipe(facts).remarks[0]).toBe('Recipe: tiny (--recipe auto).');
  });

  test.each([250, 5000])('only one-way networks, of options there are: %i sentences', (sentences) => {
    for (const hasVectors of [true, false]) {
      for (const labels of [1, 20]) {
        const { name, options } = chooseRecipe({ ...facts, sentences, labels, hasVectors });
        expect(parseRunConfig(options, 'test').model.bidirectional).toBe(false);
        expect(options).toMatchObject(RECIPES[name].options);
      }
    }
  });
});
