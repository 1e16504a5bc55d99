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
    ['many sentences without vectors', { sentences: 2000, hasVectors: false }, 'accurate'],
    ['few sentences without vectors, of which tiny would read nothing but shapes', { hasVectors: false }, 'names'],
    ['few sentences of many labels', { labels: 8 }, 'names'],
  ])('%s', (_, some, name) => {
    expect(chooseRecipe({ ...facts, ...some }).name).toBe(name);
  });

  test('says in two lines what and why, as one would ask for it by hand', () => {
    expect(chooseRecipe({ ...facts, hasVectors: false }).remarks).toEqual([
      'Recipe: names --set batch_size=8 --set affix_dimension=24 --set shape_dimension=16 --set dropout=0.3 --set case_augmentation=0.05 (--recipe auto).',
      'Why: without pretrained word vectors all must be learnt from the words and the spelling of 250 sentences with 180 names, in small steps.',
    ]);
    expect(chooseRecipe(facts).remarks[0]).toBe('Recipe: tiny (--recipe auto).');
  });

  test('letters are read of 500 sentences and more', () => {
    expect(chooseRecipe({ ...facts, sentences: 499 }).options.char_filters).toBe(0);
    expect(chooseRecipe({ ...facts, sentences: 500 }).options.char_filters).toBeGreaterThan(0);
  });

  test('neighbouring tags are learned of 4,000 sentences and more', () => {
    expect(chooseRecipe({ ...facts, sentences: 3999 }).options.crf).toBe(false);
    expect(chooseRecipe({ ...facts, sentences: 4000 })).toMatchObject({
      name: 'accurate',
      options: { crf: true },
      remarks: ['Recipe: accurate --set crf=true (--recipe auto).', expect.any(String)],
    });
  });

  test('whole words are learned of many sentences without vectors, which accurate alone would not do', () => {
    const { word_dimension } = RECIPES.accurate.options;
    expect(word_dimension).toBe(0);
    expect(chooseRecipe({ ...facts, sentences: 2000, hasVectors: false }).options.word_dimension).toBeGreaterThan(0);
  });

  test.each([250, 5000])('only one-way networks, of options there are: %i sentences', (sentences) => {
    for (const hasVectors of [true, false]) {
      for (const labels of [1, 20]) {
        const { name, options } = chooseRecipe({ ...facts, sentences, labels, hasVectors });
        expect(parseRunConfig(options, 'test').model.bidirectional).toBe(false);
        expect(Object.keys(options)).toEqual(expect.arrayContaining(Object.keys(RECIPES[name].options)));
      }
    }
  });
});
